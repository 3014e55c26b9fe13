/*
 * The floor: what a fan-out over TCP costs with nothing but system calls.
 *
 *     floor CONNECTIONS MESSAGES BURST
 *
 * A sender writes each message, a part of 40 and one of 260 bytes, to every connection with one writev; a burst is
 * several messages in one writev. A reader in another process drains the connections with epoll. The next burst
 * follows when the one before has arrived everywhere. Prints a line of JSON.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 40, TAIL = 260, MAX_BURST = 256, BACKLOG = 4096, EVENTS = 256, BUFFER = 65536 };

/* Of one address, ports run out: each has this many connections. */
enum { PER_ADDRESS = 10000 };

/* What the reader says when a burst has arrived, and what it has used for all of them until then. */
struct receipt {
    double at, cpu;
};

struct work {
    int connections, messages, burst;
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static int positive(const char *text) {
    char *end;
    long number = strtol(text, &end, 10);
    if (*end != '\0' || number < 1 || number > 1000000)
        errx(2, "%s is not a positive number", text);
    return number;
}

static int listen_anywhere(struct sockaddr_in *address) {
    socklen_t length = sizeof *address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)address, length) || listen(listener, BACKLOG))
        err(1, "listen");
    getsockname(listener, (struct sockaddr *)address, &length);
    return listener;
}

static int connect_from(int number, const struct sockaddr_in *address) {
    int stream = socket(AF_INET, SOCK_STREAM, 0);
    in_addr_t source = INADDR_LOOPBACK + 1 + number / PER_ADDRESS;
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(source)};
    if (stream < 0 || bind(stream, (struct sockaddr *)&from, sizeof from)
        || connect(stream, (const struct sockaddr *)address, sizeof *address))
        err(1, "connection %d", number);
    return stream;
}

/* Reads until as many bytes have come, from whichever connections. */
static void drain(int epoll, int64_t bytes) {
    static char buffer[BUFFER];
    struct epoll_event events[EVENTS];
    while (bytes > 0) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            ssize_t count = recv(events[i].data.fd, buffer, BUFFER, MSG_DONTWAIT);
            if (count <= 0)
                err(1, "recv");
            bytes -= count;
        }
    }
}

static void read_all(struct work work, const struct sockaddr_in *address, int receipts) {
    int epoll = epoll_create1(0);
    for (int i = 0; i < work.connections; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = connect_from(i, address)};
        epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
    }
    double before = cpu();
    for (int i = 0; i < work.messages; i += work.burst) {
        drain(epoll, (int64_t)work.connections * work.burst * (HEAD + TAIL));
        struct receipt receipt = {now(), cpu() - before};
        if (write(receipts, &receipt, sizeof receipt) != sizeof receipt)
            err(1, "write");
    }
}

static int *accept_all(int listener, int connections) {
    int *streams = calloc(connections, sizeof *streams), on = 1;
    for (int i = 0; i < connections; i++) {
        streams[i] = accept(listener, NULL, NULL);
        if (streams[i] < 0)
            err(1, "accept");
        setsockopt(streams[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return streams;
}

static void send_burst(const int *streams, struct work work) {
    static char head[HEAD], tail[TAIL];
    struct iovec parts[2 * MAX_BURST];
    for (int i = 0; i < work.burst; i++) {
        parts[2 * i] = (struct iovec){head, HEAD};
        parts[2 * i + 1] = (struct iovec){tail, TAIL};
    }
    for (int i = 0; i < work.connections; i++)
        if (writev(streams[i], parts, 2 * work.burst) != (ssize_t)work.burst * (HEAD + TAIL))
            err(1, "writev");
}

static int ascending(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static void send_all(struct work work, int listener, int receipts) {
    int *streams = accept_all(listener, work.connections), bursts = work.messages / work.burst;
    double *took = calloc(bursts, sizeof *took), before = cpu();
    struct receipt receipt = {0, 0};
    for (int i = 0; i < bursts; i++) {
        double from = now();
        send_burst(streams, work);
        if (read(receipts, &receipt, sizeof receipt) != sizeof receipt)
            errx(1, "the reader is gone");
        took[i] = receipt.at - from;
    }
    double used = cpu() - before, deliveries = (double)work.connections * work.messages;
    qsort(took, bursts, sizeof *took, ascending);
    double median = took[bursts / 2];
    printf("{\"connections\":%d,\"messages\":%d,\"burst\":%d,", work.connections, work.messages, work.burst);
    printf("\"sender_us\":%.3f,\"reader_us\":%.3f,", used / deliveries * 1e6, receipt.cpu / deliveries * 1e6);
    printf("\"last_receipt_ms\":%.3f,", median * 1e3);
    printf("\"deliveries_per_second\":%.0f}\n", (double)work.connections * work.burst / median);
}

int main(int count, char **arguments) {
    if (count != 4)
        errx(2, "usage: floor CONNECTIONS MESSAGES BURST");
    struct work work = {positive(arguments[1]), positive(arguments[2]), positive(arguments[3])};
    if (work.burst > MAX_BURST || work.messages % work.burst != 0)
        errx(2, "a burst is at most %d messages, and divides them evenly", MAX_BURST);
    struct sockaddr_in address;
    int listener = listen_anywhere(&address), receipts[2], status;
    if (pipe(receipts))
        err(1, "pipe");
    pid_t reader = fork();
    if (reader < 0)
        err(1, "fork");
    if (reader == 0) {
        close(receipts[0]);
        read_all(work, &address, receipts[1]);
        return 0;
    }
    close(receipts[1]);
    send_all(work, listener, receipts[0]);
    waitpid(reader, &status, 0);
    return status != 0;
}
