using System.Text.Json;

namespace Net.Async;

/// <summary>The rules at some paths of a JSON document, or of several one after the other.</summary>
/// <remarks>One bit a path: a path is followed as long as every step to here was its own.</remarks>
internal sealed class JsonFeed(FeedRules rules, BlockListLoadOptions options) : FeedParser
{
    private readonly IReadOnlyList<JsonPath> _paths = options.Paths;
    // Where the reader is: the arrays and objects around it. An array's paths are those of its elements.
    private readonly Stack<(ulong Paths, bool IsArray)> _around = new();
    private readonly char[] _text = new char[options.MaxLineLength];
    private JsonReaderState _state = new(new JsonReaderOptions { AllowMultipleValues = true });
    // The paths that the next value is on.
    private ulong _next = ulong.MaxValue >> (JsonPath.MostPaths - options.Paths.Count);

    public override string NothingFound => "There is no rule at any of the paths (JsonPaths)";

    public override int Parse(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var counted = 0;
        var reader = new Utf8JsonReader(bytes, isLast, _state);
        try
        {
            while (reader.Read())
            {
                Line += bytes[counted..(int)reader.TokenStartIndex].Count((byte)'\n');
                counted = (int)reader.TokenStartIndex;
                // Also where the value is not used, so that the result does not depend on how the bytes came.
                if (reader.ValueSpan.Length > options.MaxLineLength)
                    throw TooLong(Line, options);
                Step(ref reader);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The reader counts on through all pieces, and knows the line of what it could not read.
            var line = ((exception as JsonException)?.LineNumber + 1) ?? Line;
            throw new BlockListLoadException($"Line {line}: the JSON is broken: {ShownText.Escape(exception.Message)}", line, exception);
        }

        _state = reader.CurrentState;
        Line += bytes[counted..(int)reader.BytesConsumed].Count((byte)'\n');
        return (int)reader.BytesConsumed;
    }

    private void Step(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Value(ref reader);
                _around.Push((_next, IsArray: false));
                break;
            case JsonTokenType.StartArray:
                Value(ref reader);
                _next = Follow(ref reader);
                _around.Push((_next, IsArray: true));
                break;
            case JsonTokenType.PropertyName:
                _next = Follow(ref reader);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _around.Pop();
                EndValue();
                break;
            default:
                Value(ref reader);
                EndValue();
                break;
        }
    }

    /// <summary>A value where a path ends is a rule.</summary>
    private void Value(ref Utf8JsonReader reader)
    {
        if (!IsEndOfPath())
            return;
        if (reader.TokenType != JsonTokenType.String)
            rules.Refuse(reader.TokenType.ToString(), "a string expected", Line);
        else
            rules.Add(_text.AsSpan(0, reader.CopyString(_text)), Line);
    }

    private void EndValue() => _next = _around.TryPeek(out var around) ? around.IsArray ? around.Paths : 0 : ulong.MaxValue >> (JsonPath.MostPaths - _paths.Count);

    private bool IsEndOfPath()
    {
        for (var i = 0; i < _paths.Count; i++)
        {
            if ((_next >> i & 1) != 0 && _paths[i].Steps.Count == _around.Count)
                return true;
        }

        return false;
    }

    /// <summary>Those of the paths that go on with this property, or into this array.</summary>
    private ulong Follow(ref Utf8JsonReader reader)
    {
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        // Seen from a property, the object is around already.
        var (from, depth) = isArray ? (_next, _around.Count) : (_around.Peek().Paths, _around.Count - 1);
        var followed = 0ul;
        for (var i = 0; i < _paths.Count; i++)
        {
            if ((from >> i & 1) == 0 || depth >= _paths[i].Steps.Count)
                continue;
            var step = _paths[i].Steps[depth];
            if (isArray ? step is null : step is not null && reader.ValueTextEquals(step))
                followed |= 1ul << i;
        }

        return followed;
    }
}
