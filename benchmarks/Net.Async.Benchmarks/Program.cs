// Micro-benchmarks over loopback, both ends in one process. See benchmarks/README.md.
using BenchmarkDotNet.Running;
using Net.Async.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(EchoPingPong).Assembly).Run(args);
