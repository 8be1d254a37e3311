// RUN: convoy-opt %s --convoy-form-entries --split-input-file --verify-diagnostics

func.func @call_left(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{expected calls that can be inlined, found a recursive call or one of a function without a body}}
  %0 = call @call_left(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// expected-error @below {{expected the body of 'unstructured' to be one block (structured control flow), found 2}}
func.func @unstructured(%x: tensor<2xf32>) -> tensor<2xf32> {
  cf.br ^bb1
^bb1:
  return %x : tensor<2xf32>
}

// -----

// expected-error @below {{expected argument #1 of 'element_type' to be a tensor or scalar of floats (16, 32, 64 bits) or integers (1, 8, 16, 32, 64 bits), found 'tensor<2xi4>'}}
func.func @element_type(%x: tensor<2xf32>, %y: tensor<2xi4>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}

// -----

// expected-error @below {{expected result #0 of 'unranked' to be a tensor or scalar of floats (16, 32, 64 bits) or integers (1, 8, 16, 32, 64 bits), found 'tensor<*xf32>'}}
func.func @unranked(%x: tensor<2xf32>) -> tensor<*xf32> {
  %0 = tensor.cast %x : tensor<2xf32> to tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @shape_from_values(%n: tensor<index>) -> tensor<?xf32> {
  // expected-error @below {{expected the shapes of the results to follow from the shapes of the arguments, found that they depend on values}}
  %d = tensor.extract %n[] : tensor<index>
  %0 = tensor.empty(%d) : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @shape_from_search(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%d) : tensor<?xf32>
  // expected-error @below {{expected the shapes of the results to follow from the shapes of the arguments, found that they depend on 'scf.for'}}
  %r = scf.for %i = %c0 to %d step %c1 iter_args(%t = %e) -> tensor<?xf32> {
    %f = tensor.empty(%i) : tensor<?xf32>
    scf.yield %f : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}
