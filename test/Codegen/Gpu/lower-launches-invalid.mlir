// RUN: convoy-opt %s --convoy-lower-launches --split-input-file --verify-diagnostics

// Host code that reads a tensor.
module attributes {gpu.container_module} {
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %w: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    %c0 = arith.constant 0 : index
    // expected-error @below {{expected host code to leave tensors, which lie in the memory of a device, to kernels, found 'memref.load'}}
    %0 = memref.load %x[%c0] : memref<4xf32>
    return
  }
}

// -----

// Memory of the host.
module attributes {gpu.container_module} {
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %w: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    // expected-error @below {{expected host code to leave tensors, which lie in the memory of a device, to kernels, found 'memref.alloca'}}
    %0 = memref.alloca() : memref<4xf32>
    return
  }
}

// -----

// A function of unknown effects on a tensor.
module attributes {gpu.container_module} {
  func.func private @unknown(memref<4xf32>)
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %w: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    // expected-error @below {{to kernels, found 'func.call'}}
    func.call @unknown(%x) : (memref<4xf32>) -> ()
    return
  }
}

// -----

// An asynchronous launch.
module attributes {gpu.container_module} {
  gpu.module @m {
    gpu.func @k() kernel {
      gpu.return
    }
  }
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %w: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    %c1 = arith.constant 1 : index
    // expected-error @below {{expected launches that follow each other on the caller's stream, found an asynchronous one}}
    %t = gpu.launch_func async @m::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    return
  }
}

// -----

// A cluster on the launch.
module attributes {gpu.container_module} {
  gpu.module @m {
    gpu.func @k() kernel {
      gpu.return
    }
  }
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %w: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    %c1 = arith.constant 1 : index
    // expected-error @below {{expected the size of clusters on the kernel, found it on the launch}}
    gpu.launch_func @m::@k clusters in (%c1, %c1, %c1) blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    return
  }
}

// -----

// A launch outside of entries.
module attributes {gpu.container_module} {
  gpu.module @m {
    gpu.func @k() kernel {
      gpu.return
    }
  }
  func.func @helper() {
    %c1 = arith.constant 1 : index
    // expected-error @below {{expected kernels to be launched by entries, found a launch in another function}}
    gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    return
  }
}

// -----

// Shared memory of a computed size.
module attributes {gpu.container_module} {
  gpu.module @m {
    gpu.func @k() kernel {
      gpu.return
    }
  }
  func.func @main(%x: memref<?xf32>, %y: memref<4xf32>, %w: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %n = memref.dim %x, %c0 : memref<?xf32>
    %bytes = arith.index_cast %n : index to i32
    // expected-error @below {{expected the dynamic shared memory of a launch to be a constant}}
    gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) dynamic_shared_memory_size %bytes
    return
  }
}

// -----

// A kernel that takes a memref of unknown rank.
module attributes {gpu.container_module} {
  gpu.module @m {
    gpu.func @k(%x: memref<*xf32>) kernel {
      gpu.return
    }
  }
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %w: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    %c1 = arith.constant 1 : index
    %u = memref.cast %x : memref<4xf32> to memref<*xf32>
    // expected-error @below {{expected kernels to take scalars and ranked memrefs, found 'memref<*xf32>'}}
    gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%u : memref<*xf32>)
    return
  }
}

// -----

// A global that is not a constant.
module attributes {gpu.container_module} {
  memref.global "private" @state : memref<4xf32> = dense<0.0>
  gpu.module @m {
    gpu.func @k(%x: memref<4xf32>) kernel {
      gpu.return
    }
  }
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %w: memref<?xi8>) attributes {convoy.entry = 1 : i64} {
    %c1 = arith.constant 1 : index
    // expected-error @below {{expected kernels to read constants in row-major order, found another global 'state'}}
    %s = memref.get_global @state : memref<4xf32>
    gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%s : memref<4xf32>)
    return
  }
}
