//===- Driver.cpp - The CUDA driver without its headers -------------------===//
//
// Part of the Convoy project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finding libcuda and its functions. The library stays open until the process
// ends: the driver has threads of its own.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <pthread.h>

using namespace convoy::runtime::cuda;

namespace {

constexpr const char *kLibraryName = "libcuda.so.1";
constexpr const char *kLibraryVariable = "CONVOY_LIBCUDA";

Driver driver;
bool usable = false;
char openError[512];
pthread_once_t opened = PTHREAD_ONCE_INIT;

/// Sets `function`. False where `library` does not have it.
template <typename... Arguments>
bool find(void *library, const char *symbol, const char *name,
          DriverFunction<Arguments...> &function) {
  void *address = dlsym(library, symbol);
  function.address = reinterpret_cast<Result (*)(Arguments...)>(address);
  function.name = name;
  if (!address)
    snprintf(openError, sizeof(openError),
             "expected the CUDA driver to have %s, found one that is older "
             "than CUDA 11.4",
             symbol);
  return address != nullptr;
}

bool findAll(void *library) {
#define CONVOY_FIND(member, name, suffix, ...)                                 \
  if (!find(library, name suffix, name, driver.member))                        \
    return false;
  CONVOY_CUDA_DRIVER_FUNCTIONS(CONVOY_FIND)
#undef CONVOY_FIND
  return true;
}

void open() {
  const char *named = getenv(kLibraryVariable);
  void *library =
      dlopen(named && *named ? named : kLibraryName, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    snprintf(openError, sizeof(openError),
             "expected a CUDA driver on this machine, found none: %s",
             reason ? reason : kLibraryName);
    return;
  }
  if (!findAll(library)) {
    dlclose(library);
    return;
  }
  if (Status failed = driver.init(0)) {
    snprintf(openError, sizeof(openError),
             "expected a CUDA device that works: %s",
             driver.describe(failed).text);
    return;
  }
  usable = true;
}

} // namespace

OpenedDriver convoy::runtime::cuda::openDriver() {
  pthread_once(&opened, open);
  return {usable ? &driver : nullptr, openError};
}

StatusText Driver::describe(Status failed) const {
  const char *name = nullptr;
  const char *text = nullptr;
  if (getErrorName(failed.result(), &name) || !name)
    name = "an unknown error";
  if (getErrorString(failed.result(), &text) || !text)
    text = "no description";
  StatusText result;
  snprintf(result.text, sizeof(result.text), "%s failed with %s (%d: %s)",
           failed.function(), name, static_cast<int>(failed.result()), text);
  return result;
}

CurrentContext::CurrentContext(const Driver &driver, Context context)
    : driver(driver) {
  Context current = nullptr;
  entered = driver.ctxGetCurrent(&current);
  if (entered || current == context)
    return;
  entered = driver.ctxPushCurrent(context);
  pushed = !entered;
}

CurrentContext::~CurrentContext() {
  Context popped = nullptr;
  // Only a driver that is shutting down refuses to pop what was pushed.
  if (pushed)
    (void)driver.ctxPopCurrent(&popped);
}
