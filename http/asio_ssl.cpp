// The one compilation of Asio's TLS code (the rest of Asio is in engine/async/asio.cpp).
#include <boost/asio/ssl/impl/src.hpp>
