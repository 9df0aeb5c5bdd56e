// The one compilation of Beast's non-template code.
#include <boost/beast/src.hpp>
