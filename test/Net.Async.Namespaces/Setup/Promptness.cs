using System.Globalization;

namespace Net.Async.Namespaces;

/// <summary>Has a process go before all ordinary ones, so that a busy machine does not bend its times.</summary>
/// <remarks>
/// A nice value would count only within its session (sched(7), autogroups). Only for a process that has started and compiled what it needs, and does little:
/// one that computes at this priority holds up the kernel's own timers.
/// </remarks>
internal static class Promptness
{
    public static async Task GiveAsync(int process)
    {
        try
        {
            await Programs.RunAsync("", "chrt", "--all-tasks", "--rr", "--pid", "1", process.ToString(CultureInfo.InvariantCulture));
        }
        catch (InvalidOperationException)
        {
            // Some machines keep it even from root. The times are then as good as the machine is idle.
        }
    }
}
