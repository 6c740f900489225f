using System.Text;

namespace Net.Async.Tests;

/// <summary>Collects what calls throw, a line each: what was tried, the type, the message. What is different on every run is replaced by a word.</summary>
internal sealed class ThrownMessages
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Changing, string Word)> _words = [];

    public void Replace(string changing, string word) => _words.Add((changing, word));

    public void Add(string tried, Action call) => Append(tried, Record.Exception(call));

    public async Task AddAsync(string tried, Func<Task> call) => Append(tried, await Record.ExceptionAsync(call).WaitAsync(Eventually.Limit));

    public override string ToString() => _text.ToString();

    private void Append(string tried, Exception? exception)
    {
        Assert.True(exception is not null, $"{tried}: nothing was thrown");
        var message = exception.Message.ReplaceLineEndings(" | ").Replace("\0", "\\0", StringComparison.Ordinal);
        if (exception is ConnectionException connection)
            message += $" [{connection.Error}]";
        foreach (var (changing, word) in _words)
            message = message.Replace(changing, word, StringComparison.Ordinal);
        _text.Append(tried).Append("\n    ").Append(exception.GetType().Name).Append(": ").Append(message).Append('\n');
    }
}
