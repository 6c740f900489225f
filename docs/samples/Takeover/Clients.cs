using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Net.Async;

namespace Takeover;

/// <summary>Clients that connect, ask ten times and end, over and over.</summary>
internal sealed class Clients(EndPoint endPoint)
{
    private const int Count = 200, RequestsAConnection = 10;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, int> _answers = new();

    /// <summary>What went wrong.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Requests that the version has answered.</summary>
    public int AnswersOf(string version) => _answers.GetValueOrDefault(version);

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, Count).Select(async client =>
    {
        while (!stop.IsCancellationRequested)
            await ConnectAndAskAsync(client);
    }));

    private async Task ConnectAndAskAsync(int client)
    {
        try
        {
            await using var connection = await Connection.ConnectAsync(endPoint);
            for (var i = 0; i < RequestsAConnection; i++)
            {
                await AskAsync(connection, string.Create(CultureInfo.InvariantCulture, $"{client}.{i}\n"));
                await Task.Delay(s_pause);
            }

            // In order: the server sees the end, and ends too.
            await connection.CloseAsync();
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            Failures.Enqueue(exception.Message);
        }
    }

    private async Task AskAsync(Connection connection, string question)
    {
        await connection.Output.WriteAsync(Encoding.UTF8.GetBytes(question));
        var answer = await Lines.ReadAsync(connection.Input) ?? throw new InvalidDataException("The server has ended instead of answering.");
        var text = Encoding.UTF8.GetString(answer);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 1 || text[(space + 1)..] != question)
            throw new InvalidDataException($"'{text}' is no answer to '{question}'.");
        _answers.AddOrUpdate(text[..space], 1, static (_, count) => count + 1);
    }
}
