// RUN: not convoy-opt %s --convoy-compile-kernels=chip=sm_70 2>&1 | FileCheck %s --check-prefix=CHIP
// CHIP: error: expected a chip of sm_80, sm_86, sm_89, sm_90a, sm_100a, found 'sm_70'
// RUN: not convoy-opt %s --convoy-compile-kernels=ptxas=%t.none 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: expected a ptxas at '{{.*}}.none', found nothing that runs and tells a version
