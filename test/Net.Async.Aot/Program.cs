// Exercises every package in native code. Prints one line for each case; the exit code is the number of failed cases.
using Net.Async.Aot;

(string Name, Func<Task> Run)[] cases =
[
    ("echo over tcp4", static () => Cases.EchoAsync("127.0.0.1:0")),
    ("echo over tcp6", static () => Cases.EchoAsync("[::1]:0")),
    ("echo over a Unix socket", static () => Cases.EchoAsync("unix:@net-async-aot-" + Environment.ProcessId)),
    ("echo over a named pipe", static () => Cases.EchoAsync("pipe:net-async-aot-" + Environment.ProcessId)),
    ("echo in memory", Cases.EchoInMemoryAsync),
    ("a name raced with our own resolver", Cases.ConnectByNameAsync),
    ("a connect that is retried", Cases.RetryAsync),
    ("a denied address", Cases.DeniedAsync),
    ("an HttpClient behind the guard", Cases.GuardedHttpAsync),
    ("a block list from JSON and back", Cases.BlockListAsync),
    ("a server in a host, by its configuration", HostCases.HostedAsync),
];

var failed = 0;
foreach (var (name, run) in cases)
{
    try
    {
        await run().WaitAsync(TimeSpan.FromSeconds(20));
        Console.WriteLine($"ok      {name}");
    }
    // The program reports every kind of failure and runs the other cases too.
    catch (Exception failure)
    {
        failed++;
        Console.WriteLine($"FAILED  {name}: {failure}");
    }
}

return failed;
