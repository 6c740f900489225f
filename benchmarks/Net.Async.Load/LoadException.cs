using System.Runtime.InteropServices;

namespace Net.Async.Load;

/// <summary>The measurement cannot go on: no server there, no descriptors left.</summary>
internal sealed class LoadException(string message) : Exception(message)
{
    public static int ThrowIfNegative(int result, string call) => result >= 0
        ? result
        : throw new LoadException($"{call} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
}
