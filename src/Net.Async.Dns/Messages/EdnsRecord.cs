namespace Net.Async;

/// <summary>What the OPT record of a response says (RFC 6891, 6.1.3).</summary>
/// <param name="UpperCode">The upper eight bits of the response code.</param>
/// <param name="Error">The first extended error (RFC 8914) as text; null when there is none.</param>
internal readonly record struct EdnsRecord(int UpperCode, string? Error)
{
    private const ushort ExtendedErrorOption = 15;

    /// <summary>The first OPT record; nothing when there is none, or what is before it cannot be read.</summary>
    /// <param name="reader">At the first additional record.</param>
    /// <param name="count">How many there are.</param>
    public static EdnsRecord Find(MessageReader reader, int count)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                var record = RecordHead.Read(ref reader);
                if (record.Type == RecordType.Opt)
                    return Read(ref reader, record);
                reader.MoveTo(record.End);
            }
        }
        catch (MalformedMessageException)
        {
            // What is said beside an answer does not decide whether it is one.
        }

        return default;
    }

    private static EdnsRecord Read(ref MessageReader reader, RecordHead record)
    {
        var upper = (int)(record.TimeToLive >> 24) << 4;
        while (reader.Position + (2 * sizeof(ushort)) <= record.End)
        {
            var option = reader.ReadUInt16();
            var data = reader.ReadUInt16();
            if (reader.Position + data > record.End)
                break;
            var value = reader.ReadBytes(data);
            if (option == ExtendedErrorOption && data >= sizeof(ushort))
                return new EdnsRecord(upper, ExtendedError.Describe((ushort)((value[0] << 8) | value[1]), value[sizeof(ushort)..]));
        }

        return new EdnsRecord(upper, null);
    }
}
