// RUN: not convoy-opt %s --convoy-select-schedule=chip=sm_99 2>&1 | FileCheck %s

// CHECK: error: expected one of the chips sm_80, sm_86, sm_89, sm_90a, sm_100a, found 'sm_99'
module {
}
