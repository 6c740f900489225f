using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Net.Async;

public sealed partial class BlockList
{
    /// <summary>The rules as they are now, in the order in which they were added, in Node's words: <c>Address: IPv4 192.0.2.1</c>, <c>Range: IPv4 192.0.2.1-192.0.2.9</c>, <c>Subnet: IPv6 2001:db8::/32</c>.</summary>
    /// <value>A copy: later changes do not show. Subnets are written with the bits behind the prefix zero, and rules inside <c>::ffff:0:0/96</c> as IPv4.</value>
    public IReadOnlyList<string> Rules => Array.ConvertAll(_snapshot.Rules(), static rule => rule.ToString());

    /// <summary>The rules as a JSON array of strings, for <see cref="AddJson(string)"/> and for Node's <c>blockList.fromJSON</c>.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var rule in _snapshot.Rules())
                writer.WriteStringValue(rule.ToString());
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Adds the rules of a JSON array of strings: all of them, or with an error none.</summary>
    /// <param name="json">What <see cref="ToJson"/> or Node's <c>blockList.toJSON</c> wrote.</param>
    /// <exception cref="FormatException">The text is no such array, or one of the strings is no rule; the message says which.</exception>
    public void AddJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        AddJson(ReadStrings(json));
    }

    /// <summary>Adds rules: all of them, or with an error none.</summary>
    /// <param name="rules">Each in the words of <see cref="Rules"/>.</param>
    /// <exception cref="FormatException">One of the strings is no rule; the message says which.</exception>
    public void AddJson(IEnumerable<string> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var batch = new RuleBatch(RememberRules);
        foreach (var rule in rules)
            batch.Add(IPRuleText.Read(rule, out var problem) ?? throw new FormatException($"Line {batch.Count + 1}, {ShownText.Quote(rule)}, is no rule: {problem}."));
        Change(snapshot => snapshot.Add(batch));
    }

    private static List<string> ReadStrings(string json)
    {
        var rules = new List<string>();
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                throw new FormatException("A JSON array of strings expected.");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                rules.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new FormatException($"Line {rules.Count + 1} is no string."));
            // To the end: text behind the array is an error too.
            while (reader.Read())
            {
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"A JSON array of strings expected: {ShownText.Escape(exception.Message)}", exception);
        }

        return rules;
    }
}
