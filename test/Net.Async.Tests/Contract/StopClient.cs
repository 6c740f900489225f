namespace Net.Async.Tests.Contract;

/// <summary>What a client does while its server stops, and what it reads in the end.</summary>
internal sealed class StopClient(Connection connection, string kind)
{
    public const string Idle = "idle", Asks = "asks again and again", Floods = "sends without a pause", HalfClosed = "half-closed";

    /// <summary>What it reads in the end.</summary>
    public const string End = "the end", Reset = "a reset";

    private static readonly int s_greeting = "welcome"u8.Length;
    private static readonly byte[] s_request = new byte[64];
    private static readonly byte[] s_piece = new byte[4096];

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<ConnectionError?> _flooding = Task.FromResult<ConnectionError?>(null);
    private bool _greeted;

    public static IReadOnlyList<string> Kinds { get; } = [Idle, Asks, Floods, HalfClosed];

    /// <summary>It has done once what it does: sent, heard an answer, ended its direction.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Bytes that it has read.</summary>
    public long Received { get; private set; }

    /// <summary>Returns what it is told last. One that sends does so until a write fails: a reset may be told to that instead of to the read.</summary>
    public async Task<string> RunAsync()
    {
        var read = await ReadToEndAsync();
        if (kind == Asks)
            _flooding = FloodAsync();
        return await _flooding is ConnectionError.Reset ? Reset : read;
    }

    private async Task<string> ReadToEndAsync()
    {
        try
        {
            while (await connection.Input.ReadAsync() is { Buffer.IsEmpty: false } read)
            {
                Received += read.Buffer.Length;
                connection.Input.AdvanceTo(read.Buffer.End);
                if (Received >= s_greeting)
                    await ContinueAsync(Received - s_greeting);
            }

            return End;
        }
        catch (ConnectionException exception) when (exception.Error == ConnectionError.Reset)
        {
            return Reset;
        }
    }

    private async Task ContinueAsync(long answered)
    {
        var first = !_greeted;
        _greeted = true;
        if (kind == HalfClosed && first)
            await connection.Output.CompleteAsync();
        if (kind == Floods && first)
            _flooding = FloodAsync();
        if (kind == Asks && answered % s_request.Length == 0)
            await SendAsync(s_request);
        if (kind is Idle or HalfClosed || answered >= s_request.Length)
            _settled.TrySetResult();
    }

    private async Task<ConnectionError?> FloodAsync()
    {
        while (true)
        {
            if (await SendAsync(s_piece) is { } error)
                return error;
            // A memory network takes bytes without a wait: the reader must have its turn.
            await Task.Yield();
        }
    }

    // Null while it succeeds.
    private async Task<ConnectionError?> SendAsync(byte[] bytes)
    {
        try
        {
            return (await connection.Output.WriteAsync(bytes)).IsCompleted ? ConnectionError.Closed : null;
        }
        catch (ConnectionException exception)
        {
            return exception.Error;
        }
    }
}
