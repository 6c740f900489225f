namespace Net.Async.Tests.Kestrel;

/// <summary>What a handler tells its test, and the other way: the one that waits continues on a thread of its own.</summary>
internal static class Signal
{
    public static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
