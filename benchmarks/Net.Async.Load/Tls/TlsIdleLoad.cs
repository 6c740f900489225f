namespace Net.Async.Load;

/// <summary>Opens TLS connections, has each echo one message, then leaves them alone: the memory that the server holds for each.</summary>
internal static class TlsIdleLoad
{
    private const int AtOnce = 32;

    public static string Run(LoadOptions options)
    {
        // What the first handshakes load and compile is the server's, not a connection's.
        Open(options, AtOnce);
        Settle(options);
        var before = ProcessFigures.ResidentKilobytes(options.ProcessId!.Value);
        var clients = Open(options, options.Connections);
        Settle(options);
        var after = ProcessFigures.ResidentKilobytes(options.ProcessId!.Value);
        GC.KeepAlive(clients);
        return new ResultLine(options)
            .Add("rss0_kb", before)
            .Add("rss1_kb", after)
            .Add("bytes/conn", (after - before) * 1024.0 / options.Connections)
            .ToString();
    }

    private static List<TlsClient> Open(LoadOptions options, int count)
    {
        var clients = new List<TlsClient>();
        var message = Payload.Create(options.Size);
        var errors = 0;
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, _ =>
        {
            try
            {
                var client = TlsClient.ConnectAsync(options.EndPoint).GetAwaiter().GetResult();
                client.ExchangeAsync(message, new byte[options.Size]).GetAwaiter().GetResult();
                lock (clients)
                    clients.Add(client);
            }
            catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException)
            {
                Interlocked.Increment(ref errors);
            }
        });
        return errors == 0 ? clients : throw new LoadException($"{errors} of {count} connections failed.");
    }

    private static void Settle(LoadOptions options) => Thread.Sleep(TimeSpan.FromSeconds(options.Seconds));
}
