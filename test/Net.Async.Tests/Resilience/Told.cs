using System.Collections.Concurrent;

namespace Net.Async.Tests.Resilience;

/// <summary>What was told, in order and on the spot.</summary>
internal sealed class Told : IProgress<ConnectionException>
{
    private readonly ConcurrentQueue<ConnectionException> _told = new();

    public ConnectionError[] Errors => [.. _told.Select(static told => told.Error)];

    public void Report(ConnectionException value) => _told.Enqueue(value);
}
