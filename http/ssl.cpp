// The one compilation of the non-template code of Asio's TLS streams.
#include <boost/asio/ssl/impl/src.hpp>
