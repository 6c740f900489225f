namespace Net.Async;

/// <summary>What has to succeed on a connection beside the connecting, for the attempt to win.</summary>
internal delegate ValueTask<object?> Establish(Connection connection, CancellationToken cancellationToken);
