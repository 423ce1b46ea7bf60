// The servers of the load, in C so that they never are the bottleneck: takes WebSockets and HTTP posts on a free port of
// 127.0.0.1, checks the number of every event, answers pings with pongs and posts with 204. `sink light` reads only the
// heads of the frames and throws the rest away, for senders that are faster than a check of each.
//
// Prints `{"port": N}`; for each line on stdin prints what has come so far; ends with stdin.
// What `message_id` tells is in bench/load/events.mjs.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_ID = 1000000000, PER_CONNECTION = 8000000, MAX_CONNECTIONS = 1100 };
enum { MAX_LINKS = 8192, FIRST_CAPACITY = 1 << 17, SEARCHED_BYTES = 512, MAX_CONTROL_BYTES = 125 };

typedef enum { NEW, WEBSOCKET, POSTS } Protocol;

typedef struct {
  int fd;
  Protocol protocol;
  uint8_t *buffer;
  size_t length, capacity;
  size_t unread; // Light: bytes of the frame that has begun and is thrown away.
  int32_t last[MAX_CONNECTIONS]; // Number of the newest event of each connection of the reporter.
  uint64_t events, wrong, others, pings;
  uint64_t order; // A hash over all events in the order they came: equal for all links that got them alike.
} Link;

static Link *links[MAX_LINKS];
static int link_count;
static Link *spare[MAX_LINKS]; // Of posts, whose connection is closed; the next one counts on.
static int spare_count;
static uint64_t last_event_ns;
static int is_light;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static uint32_t rotate(uint32_t x, int by) { return x << by | x >> (32 - by); }

// SHA-1 of a text shorter than 120 bytes (FIPS 180-4).
static void sha1(const char *text, uint8_t *digest) {
  size_t length = strlen(text), padded = (length + 8) / 64 * 64 + 64;
  uint8_t m[128] = {0};
  memcpy(m, text, length);
  m[length] = 0x80;
  for (int i = 0; i < 8; i++) m[padded - 1 - i] = (uint64_t)length * 8 >> 8 * i;
  uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for (size_t block = 0; block < padded; block += 64) {
    uint32_t w[80];
    for (int i = 0; i < 16; i++) {
      const uint8_t *p = m + block + 4 * i;
      w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
    }
    for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 80; i++) {
      uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
      uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
      uint32_t t = rotate(a, 5) + f + e + k + w[i];
      e = d, d = c, c = rotate(b, 30), b = a, a = t;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  }
  for (int i = 0; i < 20; i++) digest[i] = h[i / 4] >> (24 - i % 4 * 8);
}

static void base64_of_20(const uint8_t *in, char *out) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < 21; i += 3) {
    uint32_t three = in[i] << 16 | in[i + 1] << 8 | (i + 2 < 20 ? in[i + 2] : 0);
    for (int j = 0; j < 4; j++) *out++ = digits[three >> (18 - 6 * j) & 63];
  }
  strcpy(out - 1, "=");
}

// Answers the upgrade; returns how many bytes of the buffer it was, 0 while it is not whole.
static size_t shake_hands(Link *link) {
  uint8_t *end = memmem(link->buffer, link->length, "\r\n\r\n", 4);
  if (!end) return 0;
  *end = 0;
  char *header = strcasestr((char *)link->buffer, "sec-websocket-key:");
  char key[100] = "", accept[32], answer[200];
  if (header) sscanf(header + 18, " %24[^\r\n]", key);
  strcat(key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  uint8_t digest[21] = {0};
  sha1(key, digest);
  base64_of_20(digest, accept);
  int length = sprintf(answer,
                       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Accept: %s\r\n\r\n",
                       accept);
  if (send(link->fd, answer, length, MSG_NOSIGNAL) != length) die("answer to an upgrade");
  link->protocol = WEBSOCKET;
  return end + 4 - link->buffer;
}

static void unmask(const uint8_t *key, const uint8_t *from, uint8_t *to, size_t length) {
  for (size_t i = 0; i < length; i++) to[i] = from[i] ^ key[i & 3];
}

// `key`: the mask, NULL for a post.
static void note_event(Link *link, const uint8_t *key, const uint8_t *payload, size_t length) {
  static const uint8_t no_mask[4];
  uint8_t text[SEARCHED_BYTES + 1];
  size_t searched = length < SEARCHED_BYTES ? length : SEARCHED_BYTES;
  unmask(key ? key : no_mask, payload, text, searched);
  text[searched] = 0;
  uint8_t *name = memmem(text, searched, "\"message_id\":", 13);
  if (!name) {
    link->others++; // The lifecycle frame.
    return;
  }
  int64_t id = strtoll((char *)name + 13, NULL, 10) - FIRST_ID;
  int64_t connection = id / PER_CONNECTION, number = id % PER_CONNECTION;
  link->events++;
  link->order = (link->order ^ id) * 0x100000001b3ull;
  if (id < 0 || connection >= MAX_CONNECTIONS) {
    link->wrong++;
    return;
  }
  // Posts of one server come over several connections.
  if (key && number != link->last[connection] + 1) link->wrong++;
  link->last[connection] = number;
}

static void answer_control(Link *link, int opcode, const uint8_t *key, const uint8_t *payload, size_t length) {
  uint8_t frame[2 + MAX_CONTROL_BYTES] = {0x80 | opcode, length};
  unmask(key, payload, frame + 2, length);
  if (send(link->fd, frame, 2 + length, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET) die("pong");
}

// Takes one masked frame off `bytes`; returns its length, 0 while it is not whole.
static size_t take_frame(Link *link, const uint8_t *bytes, size_t available) {
  if (available < 6) return 0;
  size_t length = bytes[1] & 127, head = 6;
  if (length == 126) {
    if (available < 8) return 0;
    length = bytes[2] << 8 | bytes[3], head = 8;
  } else if (length == 127) {
    if (available < 14) return 0;
    length = 0, head = 14;
    for (int i = 2; i < 10; i++) length = length << 8 | bytes[i];
  }
  if (is_light && (bytes[0] & 15) < 8) {
    size_t here = head + length < available ? head + length : available;
    link->unread = head + length - here;
    link->events++;
    return here;
  }
  if (available < head + length) return 0;
  const uint8_t *key = bytes + head - 4, *payload = bytes + head;
  switch (bytes[0] & 15) {
    case 8: answer_control(link, 8, key, payload, length); break;
    case 9: link->pings++, answer_control(link, 10, key, payload, length); break;
    case 10: break;
    default: note_event(link, key, payload, length);
  }
  return head + length;
}

// Takes one post off `bytes` and answers it; returns its length, 0 while it is not whole.
static size_t take_post(Link *link, uint8_t *bytes, size_t available) {
  static const char answer[] = "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n";
  uint8_t *end = memmem(bytes, available, "\r\n\r\n", 4);
  if (!end) return 0;
  uint8_t *header = memmem(bytes, end - bytes, "ontent-", 7);
  for (; header && strncasecmp((char *)header, "ontent-length:", 14); ) {
    header = memmem(header + 1, end - header - 1, "ontent-", 7);
  }
  size_t head = end + 4 - bytes, length = header ? strtoul((char *)header + 14, NULL, 10) : 0;
  if (available < head + length) return 0;
  if (is_light) link->events++;
  else note_event(link, NULL, bytes + head, length);
  if (send(link->fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET) die("204");
  return head + length;
}

static size_t take(Link *link, uint8_t *bytes, size_t available) {
  if (link->protocol == NEW && available >= 5 && !memcmp(bytes, "POST ", 5)) link->protocol = POSTS;
  switch (link->protocol) {
    case NEW: return shake_hands(link);
    case POSTS: return take_post(link, bytes, available);
    default: return take_frame(link, bytes, available);
  }
}

static void close_link(Link *link) {
  close(link->fd);
  free(link->buffer);
  link->fd = -1, link->buffer = NULL; // What it counted stays.
  if (link->protocol == POSTS) spare[spare_count++] = link;
}

static void on_readable(Link *link) {
  if (link->unread > 0) {
    ssize_t thrown = recv(link->fd, NULL, link->unread, MSG_TRUNC);
    if (thrown == 0) close_link(link);
    if (thrown <= 0) return;
    link->unread -= thrown;
    last_event_ns = now_ns();
    return;
  }
  if (link->length == link->capacity) {
    link->capacity *= 2;
    if (!(link->buffer = realloc(link->buffer, link->capacity))) die("realloc");
  }
  ssize_t got = recv(link->fd, link->buffer + link->length, link->capacity - link->length, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    close_link(link);
    return;
  }
  link->length += got;
  size_t taken = 0;
  uint64_t events = link->events;
  while (taken < link->length) {
    size_t step = take(link, link->buffer + taken, link->length - taken);
    if (step == 0) break;
    taken += step;
  }
  if (link->events > events) last_event_ns = now_ns();
  link->length -= taken;
  memmove(link->buffer, link->buffer + taken, link->length);
}

static void accept_link(int listener, int epoll) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
  if (fd < 0 || (spare_count == 0 && link_count == MAX_LINKS)) die("accept");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Link *link = spare_count > 0 ? spare[--spare_count] : (links[link_count++] = calloc(1, sizeof *link));
  link->fd = fd, link->protocol = NEW, link->length = 0;
  link->capacity = FIRST_CAPACITY, link->buffer = malloc(FIRST_CAPACITY);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = link};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

// Answers each line on stdin with the counts.
static void on_question(void) {
  char question[256];
  ssize_t got = read(0, question, sizeof question);
  if (got <= 0) exit(0);
  for (ssize_t i = 0; i < got; i++) {
    if (question[i] != '\n') continue;
    printf("{\"lastEventNs\":\"%llu\",\"links\":[", (unsigned long long)last_event_ns);
    for (int n = 0; n < link_count; n++) {
      Link *l = links[n];
      printf("%s{\"events\":%llu,\"wrong\":%llu,\"others\":%llu,\"pings\":%llu,\"order\":\"%016llx\"}", n ? "," : "",
             (unsigned long long)l->events, (unsigned long long)l->wrong, (unsigned long long)l->others,
             (unsigned long long)l->pings, (unsigned long long)l->order);
    }
    printf("]}\n");
    fflush(stdout);
  }
}

int main(int count, char **arguments) {
  is_light = count > 1 && !strcmp(arguments[1], "light");
  signal(SIGPIPE, SIG_IGN);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (bind(listener, (void *)&address, size) || listen(listener, MAX_LINKS)) die("listen");
  getsockname(listener, (void *)&address, &size);
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);

  int epoll = epoll_create1(0);
  struct epoll_event ready[256], on_listener = {.events = EPOLLIN, .data.ptr = &listener},
                                 on_stdin = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &on_listener);
  epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &on_stdin);
  for (;;) {
    int ready_count = epoll_wait(epoll, ready, 256, -1);
    for (int i = 0; i < ready_count; i++) {
      void *what = ready[i].data.ptr;
      if (what == NULL) on_question();
      else if (what == &listener) accept_link(listener, epoll);
      else on_readable(what);
    }
  }
}
