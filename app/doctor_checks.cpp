#include "app/doctor_checks.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>

#include <boost/asio/ip/tcp.hpp>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "app/data_file.hpp"
#include "engine/async/asio.hpp"
#include "engine/model/timestamp.hpp"
#include "store/inspection.hpp"
#include "store/library.hpp"

namespace sluice::app {
namespace {

namespace files = std::filesystem;

constexpr int syncs = 50;
constexpr std::chrono::milliseconds slow_sync{10};
constexpr std::uint64_t least_space = 64u << 20;
constexpr std::uint64_t good_space = 1u << 30;
constexpr rlim_t least_descriptors = 256;
constexpr rlim_t good_descriptors = 4'096;
// No machine that runs this program lives before it, and certificates and ids end long after.
constexpr const char* earliest_time = "2025-01-01T00:00:00Z";
constexpr const char* latest_time = "2100-01-01T00:00:00Z";

std::string words(int error) {
    return std::generic_category().message(error);
}

files::path directory_of(const std::string& data) {
    return files::absolute(data).parent_path();
}

CheckUp check_directory(const std::string& data) {
    const auto directory = directory_of(data);
    CheckUp check{"data directory", Health::ok, directory.string() + " is writable"};
    std::error_code ignored;
    if (!files::is_directory(directory, ignored)) {
        check = {check.name, Health::fail, directory.string() + " is no directory",
                 "create it, or name another --data"};
    } else if (::access(directory.c_str(), W_OK | X_OK) != 0) {
        check = {check.name, Health::fail, directory.string() + ": " + words(errno),
                 "give this user the right to write there (the log and lock files live beside the "
                 "data file)"};
    } else if (files::exists(data, ignored) && ::access(data.c_str(), R_OK | W_OK) != 0) {
        check = {check.name, Health::fail, data + ": " + words(errno),
                 "give this user the right to read and write the data file"};
    }
    return check;
}

CheckUp check_space(const std::string& data) {
    struct statvfs disk{};
    if (::statvfs(directory_of(data).c_str(), &disk) != 0)
        return {"free space", Health::warn, words(errno), "see the data directory"};
    const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    CheckUp check{"free space", Health::ok, readable_bytes(free) + " free"};
    if (free >= good_space) return check;
    check.health = free < least_space ? Health::fail : Health::warn;
    check.remedy = "free some space, or bound the store by --retention-age or --retention-bytes";
    return check;
}

CheckUp check_file_system(const std::string& data) {
    // statfs(2) lists the numbers.
    constexpr std::array<std::pair<std::uint64_t, const char*>, 7> shared{{
        {0x6969, "NFS"},
        {0xFF534D42, "CIFS"},
        {0xFE534D42, "SMB2"},
        {0x517B, "SMB"},
        {0x01021997, "9P"},
        {0x00C36400, "Ceph"},
        {0x5346414F, "AFS"},
    }};
    struct statfs disk{};
    if (::statfs(directory_of(data).c_str(), &disk) != 0)
        return {"file system", Health::warn, words(errno), "see the data directory"};
    const auto type = static_cast<std::uint64_t>(disk.f_type) & 0xFFFFFFFF;
    for (const auto& [magic, name] : shared)
        if (type == magic)
            return {"file system", Health::warn, std::string(name) + ", a network file system",
                    "put the data file on a local disk: neither its log nor its lock can be "
                    "relied on here"};
    return {"file system", Health::ok, "local"};
}

CheckUp check_sync(const std::string& data) {
    const auto path = directory_of(data) / (".sluice-doctor-" + std::to_string(::getpid()));
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return {"sync latency", Health::warn, "cannot be measured: " + words(errno),
                "see the data directory"};
    std::array<char, 4096> page{};
    std::vector<std::chrono::microseconds> times;
    for (int at = 0; at < syncs; ++at) {
        const auto begun = std::chrono::steady_clock::now();
        if (::pwrite(file, page.data(), page.size(), at * long{page.size()}) < 0 ||
            ::fdatasync(file) != 0)
            break;
        times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - begun));
    }
    const int error = errno;
    ::close(file);
    ::unlink(path.c_str());
    if (times.size() < syncs)
        return {"sync latency", Health::fail, words(error), "see free space and the disk's health"};
    std::nth_element(times.begin(), times.begin() + syncs / 2, times.end());
    const auto median = times[syncs / 2];
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.2f ms, the median of %d",
                  static_cast<double>(median.count()) / 1000, syncs);
    CheckUp check{"sync latency", Health::ok, text.data()};
    if (median > slow_sync) {
        check.health = Health::warn;
        check.remedy =
            "every acknowledgement waits for one: use a faster disk, or expect this much";
    }
    return check;
}

CheckUp check_descriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    // `sluice serve` raises the soft limit to the hard one by itself.
    CheckUp check{"open files", Health::ok, std::to_string(limit.rlim_max) + " allowed"};
    if (limit.rlim_max >= good_descriptors) return check;
    check.health = limit.rlim_max < least_descriptors ? Health::fail : Health::warn;
    check.remedy =
        "raise the hard limit (ulimit -Hn, LimitNOFILE= of systemd): every connection "
        "needs one";
    return check;
}

CheckUp check_time_zones() {
    const char* const set = std::getenv("TZDIR");
    const files::path directory = set != nullptr ? set : "/usr/share/zoneinfo";
    std::error_code ignored;
    if (files::exists(directory / "Europe/Berlin", ignored))
        return {"time zones", Health::ok, directory.string()};
    return {"time zones", Health::warn, "there is no database in " + directory.string(),
            "install tzdata: schedules in a time zone need it"};
}

CheckUp check_clock(const std::optional<WallTime>& newest) {
    const auto now = SystemClock{}.wall();
    CheckUp check{"clock", Health::ok, to_rfc3339(now)};
    if (now < parse_rfc3339(earliest_time) || now > parse_rfc3339(latest_time)) {
        check.health = Health::fail;
        check.remedy = "set the clock: ids, timers and retention go by it";
    } else if (newest && *newest > now + std::chrono::minutes(1)) {
        check.health = Health::warn;
        check.finding += ", but the newest execution began at " + to_rfc3339(*newest);
        check.remedy = "set the clock: it went back since";
    } else {
        timex state{};
        if (::adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) != 0)
            check.finding += ", not synchronised by this system";
    }
    return check;
}

CheckUp check_address(const std::string& listen, bool store_in_use) {
    const auto endpoint = parse_endpoint(listen);
    if (!endpoint)
        return {"listen address", Health::fail, "'" + listen + "' is no address",
                "write HOST:PORT, such as 127.0.0.1:8080"};
    asio::io_context loop;
    asio::ip::tcp::resolver resolver(loop);
    error_code error;
    const auto found = resolver.resolve(endpoint->host, std::to_string(endpoint->port),
                                        asio::ip::tcp::resolver::passive, error);
    if (!error) {
        const asio::ip::tcp::endpoint address = found.begin()->endpoint();
        asio::ip::tcp::acceptor acceptor(loop);
        acceptor.open(address.protocol(), error);
        if (!error) acceptor.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor.bind(address, error);
        if (!error) acceptor.listen(1, error);
    }
    if (!error) return {"listen address", Health::ok, listen + " is free"};
    if (error == asio::error::address_in_use && store_in_use)
        return {"listen address", Health::warn, listen + " is taken, and so is the data file",
                "nothing, when that is the running server"};
    return {"listen address", Health::fail, listen + ": " + error.message(),
            "end what listens there, or name another --listen"};
}

/// Also tells when the newest execution began.
CheckUp check_store(const std::string& data, std::optional<WallTime>& newest) {
    std::error_code ignored;
    if (!files::exists(data, ignored))
        return {"store", Health::ok, data + " does not exist; `sluice serve` will create it"};
    const auto inspection = Inspection::open(data);
    if (!inspection)
        return {"store", Health::fail, inspection.error().message, "see `sluice verify --help`"};
    const auto found = (*inspection)->schema();
    const auto known = Inspection::known_schema();
    try {
        newest = (*inspection)->newest();
    } catch (const ErrorException& error) {
        return {"store", Health::fail, error.error().message, "run `sluice verify`"};
    }
    const auto text = data + ", schema " + std::to_string(found);
    if (found < known)
        return {"store", Health::warn,
                text + "; this version brings it up to " + std::to_string(known),
                "run `sluice backup` first: older versions cannot open it then"};
    return {"store", Health::ok, text};
}

CheckUp check_library() {
    const auto library = store_library();
    CheckUp check{"SQLite", Health::ok, library.version};
    if (library.problems.empty()) return check;
    check.health = Health::fail;
    check.finding += ": " + library.problems;
    check.remedy = "use the SQLite of your distribution, built with its usual options";
    return check;
}

}  // namespace

std::vector<CheckUp> check_environment(const DoctorConfiguration& configuration) {
    std::vector<CheckUp> checks;
    std::optional<WallTime> newest;
    const auto owner = store_owner(configuration.data);
    checks.push_back(check_directory(configuration.data));
    checks.push_back(check_file_system(configuration.data));
    checks.push_back(check_space(configuration.data));
    checks.push_back(check_sync(configuration.data));
    checks.push_back(check_store(configuration.data, newest));
    if (owner) checks.back().finding += ", in use by process " + std::to_string(*owner);
    checks.push_back(check_library());
    checks.push_back(check_clock(newest));
    checks.push_back(check_time_zones());
    checks.push_back(check_descriptors());
    checks.push_back(check_address(configuration.listen, owner.has_value()));
    return checks;
}

}  // namespace sluice::app
