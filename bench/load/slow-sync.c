// Preloaded into a process (LD_PRELOAD): each sync of a file takes DELAY_US longer, as on a home SSD or a hard disk.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void wait_for_disk(void) {
  const char *text = getenv("DELAY_US");
  if (text) usleep(atoi(text));
}

int fsync(int fd) {
  int (*original)(int) = dlsym(RTLD_NEXT, "fsync");
  wait_for_disk();
  return original(fd);
}

int fdatasync(int fd) {
  int (*original)(int) = dlsym(RTLD_NEXT, "fdatasync");
  wait_for_disk();
  return original(fd);
}

int msync(void *address, size_t length, int flags) {
  int (*original)(void *, size_t, int) = dlsym(RTLD_NEXT, "msync");
  if (flags & MS_SYNC) wait_for_disk();
  return original(address, length, flags);
}
