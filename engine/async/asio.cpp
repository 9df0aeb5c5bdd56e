// The one compilation of Asio's non-template code (separate compilation keeps it out of every other
// file).
#if defined(SLUICE_ASIO_STANDALONE)
#include <asio/impl/src.hpp>
#else
#include <boost/asio/impl/src.hpp>
#endif
