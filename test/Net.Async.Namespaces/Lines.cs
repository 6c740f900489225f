using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Net.Async.Namespaces;

/// <summary>How the processes of the topology speak: one JSON value a line, and the words <see cref="Ready"/> and <see cref="Done"/>.</summary>
public static class Lines
{
    /// <summary>Said once, when a process can be used.</summary>
    public const string Ready = "ready";

    /// <summary>Said when a line of input has been acted on.</summary>
    public const string Done = "done";

    private static readonly JsonSerializerOptions s_format = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Milliseconds of CLOCK_MONOTONIC, which every process of the machine shares and the stopwatch reads.</summary>
    public static double Now => Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, s_format);

    public static T Parse<T>(string line) => JsonSerializer.Deserialize<T>(line, s_format) ?? throw new JsonException($"'{line}' is nothing.");

    public static void Say<T>(T value) => Console.WriteLine(Of(value));

    /// <summary>Acts on each line of input, says so, and returns at the input's end.</summary>
    public static async Task ObeyAsync(Func<string, Task> act)
    {
        Console.WriteLine(Ready);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            await act(line);
            Console.WriteLine(Done);
        }
    }
}
