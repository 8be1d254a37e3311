// A convolution by its definition, as the judge of all others: one thread
// computes one element of the result. Compiled for a GPU, and by a C++ compiler
// for the CPU (reference.py does both).
//
// `p` holds n, groups, channels and filters of a group, height, width, filter
// height and width, result height and width, strides, dilations, padding above
// and on the left. Tensors are contiguous: input NGCHW, filter GFCRS, results
// NGFHW. Elements of the padding are zeros that take part: zero times infinity
// is NaN.
//
//   value      the sum, as if computed with more than 100 bits and rounded to
//   f64 magnitude  the sum of |x||w| loop       a loop of fused multiply-adds
//   in the type of the input, in the order
//              channel, row, column: the yardstick of accuracy

#ifdef __CUDACC__
#define DEVICE __device__
#else
#include <cmath>
#define DEVICE
using std::fabs;
using std::fma;
using std::isfinite;
#endif

struct Sum {
  double high = 0, low = 0, plain = 0;

  // Exact but for the last bits of `low`.
  DEVICE void add(double value) {
    plain += value;
    double sum = high + value, part = sum - high;
    low += (high - (sum - part)) + (value - part);
    high = sum;
  }
  DEVICE double get() const { return isfinite(plain) ? high + low : plain; }
};

// f32 products are exact in f64; f64 products are two f64 numbers.
DEVICE static void addProduct(Sum &sum, float x, float w) {
  sum.add(double(x) * double(w));
}
DEVICE static void addProduct(Sum &sum, double x, double w) {
  double product = x * w;
  sum.add(product);
  if (isfinite(product))
    sum.low += fma(x, w, -product);
}

template <typename T>
DEVICE static void computeElement(int i, const T *x, const T *w, double *value,
                                  double *magnitude, T *loop, const int *p) {
  int channels = p[2], height = p[4], width = p[5], rows = p[6], columns = p[7];
  int column = i % p[9], row = i / p[9] % p[8],
      filter = i / p[9] / p[8] % (p[1] * p[3]);
  int image = i / p[9] / p[8] / (p[1] * p[3]), group = filter / p[3];
  const T *plane =
      x + (long long)(image * p[1] + group) * channels * height * width;
  const T *taps = w + (long long)filter * channels * rows * columns;
  Sum sum;
  double absolute = 0;
  T running = 0;
  for (int c = 0; c < channels; ++c)
    for (int r = 0; r < rows; ++r)
      for (int s = 0; s < columns; ++s) {
        int y = row * p[10] + r * p[12] - p[14],
            at = column * p[11] + s * p[13] - p[15];
        bool inside = y >= 0 && y < height && at >= 0 && at < width;
        T element =
            inside ? plane[((long long)c * height + y) * width + at] : T(0);
        T tap = taps[((long long)c * rows + r) * columns + s];
        addProduct(sum, element, tap);
        absolute += fabs(double(element)) * fabs(double(tap));
        running = fma(element, tap, running);
      }
  value[i] = sum.get();
  magnitude[i] = absolute;
  loop[i] = running;
}

#ifdef __CUDACC__
#define KERNEL(NAME, T)                                                        \
  extern "C" __global__ void NAME(const T *x, const T *w, double *value,       \
                                  double *magnitude, T *loop, const int *p,    \
                                  int count) {                                 \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                             \
    if (i < count)                                                             \
      computeElement(i, x, w, value, magnitude, loop, p);                      \
  }
#else
#define KERNEL(NAME, T)                                                        \
  extern "C" void NAME(const T *x, const T *w, double *value,                  \
                       double *magnitude, T *loop, const int *p, int count) {  \
    for (int i = 0; i < count; ++i)                                            \
      computeElement(i, x, w, value, magnitude, loop, p);                      \
  }
#endif

KERNEL(reference_f32, float)
KERNEL(reference_f64, double)
