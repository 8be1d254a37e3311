"""Steps behind a convolution, as an importer would write them: the part of
programs.Function that each step of a program calls by its name."""

BITS = {"f64": 64, "f32": 32, "f16": 16, "bf16": 16}

# Constants of GELU, as they are written.
GELU_ERF = 0.7071068
GELU_TANH = (0.7978846, 0.044715)


def tensor(sizes, type_):
    return "tensor<" + "".join(f"{'?' if s is None else s}x" for s in sizes) + type_ + ">"


class Steps:
    """Methods that write a step each. The function that they write has `value`, its
    types, and methods for values and shapes (programs.Function)."""

    def elementwise(self, body, operands=(), source=None):
        """`operands` are (value, type, map results, element type); the body takes
        %x and %p0, %p1, ... and defines %r."""
        loops = ", ".join(f"d{i}" for i in range(len(self.output)))
        identity = f"affine_map<({loops}) -> ({loops})>"
        maps = [identity] + [f"affine_map<({loops}) -> ({m})>" for _, _, m, _ in operands] + [identity]
        source = source or self.step_type
        names = [f"%x: {source}"] + [f"%p{i}: {o[3]}" for i, o in enumerate(operands)] + [f"%o: {self.step_type}"]
        parallel = ", ".join(['"parallel"'] * len(self.output))
        lines = "".join(f"      {line}\n" for line in body)
        self.value = self.emit(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{parallel}]}} "
            f"ins({', '.join([self.value] + [o[0] for o in operands])} : "
            f"{', '.join([self.type(source)] + [o[1] for o in operands])}) "
            f"outs({self.empty(self.step_type)} : {self.type()}) {{\n    ^bb0({', '.join(names)}):\n{lines}"
            f"      linalg.yield %r : {self.step_type}\n    }} -> {self.type()}"
        )

    def convert_result(self):
        if self.result_type != self.step_type:
            op = "truncf" if BITS[self.step_type] < BITS[self.result_type] else "extf"
            self.elementwise(
                [f"%r = arith.{op} %x : {self.result_type} to {self.step_type}"], source=self.result_type
            )

    def vector(self, argument, low, high):
        letters = self.channels()
        shape = [self.sizes[l] for l in letters]
        value = self.parameter(shape, self.step_type, argument, low, high)
        return (value, tensor(shape, self.step_type), self.map_of(letters), self.step_type)

    def batch_norm(self, argument):
        t = self.step_type
        mean, variance = self.vector(argument, -0.5, 0.5), self.vector(argument, 0.5, 2.0)
        gamma, beta = self.vector(argument, 0.5, 1.5), self.vector(argument, -0.5, 0.5)
        epsilon = self.number(1e-3, t)
        self.elementwise([f"%r = arith.subf %x, %p0 : {t}"], [mean])
        self.elementwise(
            [f"%e = arith.addf %p0, {epsilon} : {t}", f"%s = math.rsqrt %e : {t}", f"%r = arith.mulf %x, %s : {t}"],
            [variance],
        )
        self.elementwise([f"%r = arith.mulf %x, %p0 : {t}"], [gamma])
        self.elementwise([f"%r = arith.addf %x, %p0 : {t}"], [beta])

    def step_batch_norm(self):
        self.batch_norm(False)

    def step_batch_norm_arguments(self):
        self.batch_norm(True)

    def step_channel_scale(self):
        self.elementwise([f"%r = arith.mulf %x, %p0 : {self.step_type}"], [self.vector(True, -1, 1)])

    def step_channel_shift(self):
        self.elementwise([f"%r = arith.addf %x, %p0 : {self.step_type}"], [self.vector(True, -1, 1)])

    def scalar_product(self, value):
        self.elementwise([f"%r = arith.mulf %x, {value} : {self.step_type}"])

    def step_double(self):
        self.scalar_product(self.number(2.0, self.step_type))

    def step_scale(self):
        self.scalar_product(self.number(self.rng.uniform(-1.5, 1.5), self.step_type))

    def step_scale_argument(self):
        self.scalar_product(self.argument(self.step_type, []))

    def step_shift(self):
        self.elementwise([f"%r = arith.addf %x, %p0 : {self.step_type}"], [self.vector(False, -1, 1)])

    def step_relu(self):
        zero = self.number(0.0, self.step_type)
        self.elementwise([f"%r = arith.maximumf %x, {zero} : {self.step_type}"])

    def step_clamp(self):
        t = self.step_type
        low, high = self.number(0.0, t), self.number(6.0, t)
        self.elementwise([f"%m = arith.maximumf %x, {low} : {t}", f"%r = arith.minimumf %m, {high} : {t}"])

    def step_band(self):
        t = self.step_type
        low, high = self.number(-1.5, t), self.number(2.25, t)
        self.elementwise([f"%m = arith.maximumf %x, {low} : {t}", f"%r = arith.minimumf %m, {high} : {t}"])

    def step_leaky(self):
        t = self.step_type
        zero, slope = self.number(0.0, t), self.number(0.125, t)
        self.elementwise([
            f"%c = arith.cmpf ogt, %x, {zero} : {t}",
            f"%s = arith.mulf %x, {slope} : {t}",
            f"%r = arith.select %c, %x, %s : {t}",
        ])

    def sigmoid(self, name):
        t = self.step_type
        one = self.number(1.0, t)
        return [
            f"%n = arith.negf %x : {t}",
            f"%e = math.exp %n : {t}",
            f"%d = arith.addf %e, {one} : {t}",
            f"{name} = arith.divf {one}, %d : {t}",
        ]

    def step_sigmoid(self):
        self.elementwise(self.sigmoid("%r"))

    def step_silu(self):
        self.elementwise(self.sigmoid("%s") + [f"%r = arith.mulf %x, %s : {self.step_type}"])

    def step_tanh(self):
        self.elementwise([f"%r = math.tanh %x : {self.step_type}"])

    def half_of_one_plus(self):
        """0.5 * %x * (1 + %g)."""
        t = self.step_type
        one, half = self.number(1.0, t), self.number(0.5, t)
        return [
            f"%o1 = arith.addf %g, {one} : {t}",
            f"%h = arith.mulf %x, {half} : {t}",
            f"%r = arith.mulf %h, %o1 : {t}",
        ]

    def step_gelu(self):
        t = self.step_type
        factor = self.number(GELU_ERF, t)
        self.elementwise(
            [f"%y = arith.mulf %x, {factor} : {t}", f"%g = math.erf %y : {t}"] + self.half_of_one_plus()
        )

    def step_gelu_tanh(self):
        t = self.step_type
        factor, cubic = (self.number(value, t) for value in GELU_TANH)
        self.elementwise(
            [
                f"%x2 = arith.mulf %x, %x : {t}",
                f"%x3 = arith.mulf %x2, %x : {t}",
                f"%c = arith.mulf %x3, {cubic} : {t}",
                f"%s = arith.addf %x, %c : {t}",
                f"%y = arith.mulf %s, {factor} : {t}",
                f"%g = math.tanh %y : {t}",
            ]
            + self.half_of_one_plus()
        )

    def step_cast(self):
        """The result in another type."""
        source, self.step_type = self.step_type, self.program["cast"]
        op = "truncf" if BITS[self.step_type] < BITS[source] else "extf"
        self.elementwise([f"%r = arith.{op} %x : {source} to {self.step_type}"], source=source)

    def step_square(self):
        self.elementwise([f"%r = arith.mulf %x, %x : {self.step_type}"])

    def step_residual(self):
        other = self.argument(self.type(), self.static())
        at = self.map_of(self.output)
        self.elementwise([f"%r = arith.addf %x, %p0 : {self.step_type}"], [(other, self.type(), at, self.step_type)])

    def step_per_pixel(self):
        letters = [l for l in self.output if l not in self.channels() and l not in "n"]
        sizes = [None if l in self.program["dynamic"] else self.sizes[l] for l in letters]
        type_ = tensor(sizes, self.step_type)
        other = self.argument(type_, [self.sizes[l] for l in letters])
        self.elementwise(
            [f"%r = arith.mulf %x, %p0 : {self.step_type}"], [(other, type_, self.map_of(letters), self.step_type)]
        )
