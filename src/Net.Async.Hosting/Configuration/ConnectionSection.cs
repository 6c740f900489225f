namespace Net.Async;

/// <summary>The part of a server's section that says what its connections start with.</summary>
internal static class ConnectionSection
{
    public static void Apply(SectionReader reader, ConnectionOptions options)
    {
        reader.Optional("ReadTimeout", ValueTexts.Time, value => options.ReadTimeout = value);
        reader.Optional("IdlePeriod", ValueTexts.Time, value => options.IdlePeriod = value);
        reader.Value("CurrentUserOnly", ValueTexts.Flag, value => options.CurrentUserOnly = value);
        reader.Value("Scheduling", ValueTexts.Name<ConnectionScheduling>(), value => options.Scheduling = value);
        reader.Part("Tcp", part => Apply(part, options.Tcp));
        reader.Part("Buffers", part => Apply(part, options.Buffers));
        reader.Part("Close", part => Apply(part, options.Close));
        reader.Part("Limits", part => Apply(part, options.Limits));
        reader.Part("Outbox", part =>
        {
            part.Value("MaxBytes", ValueTexts.Long, value => options.Outbox.MaxBytes = value);
            part.Value("FullMode", ValueTexts.Name<OutboxFullMode>(), value => options.Outbox.FullMode = value);
        });
    }

    private static void Apply(SectionReader reader, TcpOptions options)
    {
        reader.Value("NoDelay", ValueTexts.Flag, value => options.NoDelay = value);
        reader.OptionalPart("KeepAlive", part => Read(part, options.KeepAlive ?? new KeepAlive()), value => options.KeepAlive = value);
        reader.Optional("TypeOfService", ValueTexts.Octet, value => options.TypeOfService = value);
        reader.Optional("UserTimeout", ValueTexts.Time, value => options.UserTimeout = value);
    }

    private static KeepAlive Read(SectionReader reader, KeepAlive options)
    {
        reader.Optional("Delay", ValueTexts.Time, value => options.Delay = value);
        reader.Optional("Interval", ValueTexts.Time, value => options.Interval = value);
        reader.Optional("Count", ValueTexts.Integer, value => options.Count = value);
        return options;
    }

    private static void Apply(SectionReader reader, BufferOptions options)
    {
        reader.Optional("ReceiveBufferSize", ValueTexts.Integer, value => options.ReceiveBufferSize = value);
        reader.Optional("SendBufferSize", ValueTexts.Integer, value => options.SendBufferSize = value);
        reader.Value("MaxUnflushedBytes", ValueTexts.Long, value => options.MaxUnflushedBytes = value);
        reader.Value("MaxUnconsumedBytes", ValueTexts.Long, value => options.MaxUnconsumedBytes = value);
        reader.Value("PauseWriterThreshold", ValueTexts.Long, value => options.PauseWriterThreshold = value);
        reader.Value("ReadAhead", ValueTexts.Flag, value => options.ReadAhead = value);
        reader.Value("ReadAheadLimit", ValueTexts.Long, value => options.ReadAheadLimit = value);
    }

    private static void Apply(SectionReader reader, CloseOptions options)
    {
        reader.Value("AllowHalfOpen", ValueTexts.Flag, value => options.AllowHalfOpen = value);
        reader.Value("Timeout", ValueTexts.Time, value => options.Timeout = value);
        reader.Value("DrainTimeout", ValueTexts.Time, value => options.DrainTimeout = value);
        reader.Value("FailedFlushCompletes", ValueTexts.Flag, value => options.FailedFlushCompletes = value);
        reader.Value("DrainLimit", ValueTexts.Long, value => options.DrainLimit = value);
    }

    private static void Apply(SectionReader reader, ConnectionLimits options)
    {
        reader.Optional("FirstByteTimeout", ValueTexts.Time, value => options.FirstByteTimeout = value);
        reader.Optional("IdleTimeout", ValueTexts.Time, value => options.IdleTimeout = value);
        reader.Optional("WriteStallTimeout", ValueTexts.Time, value => options.WriteStallTimeout = value);
        reader.OptionalPart("MinReceiveRate", static part => ReadRate(part), value => options.MinReceiveRate = value);
        reader.OptionalPart("MinSendRate", static part => ReadRate(part), value => options.MinSendRate = value);
    }

    // Both or none: a rate without its grace period, or the other way round, is half a rule.
    private static MinDataRate ReadRate(SectionReader reader)
    {
        if (!reader.Has("BytesPerSecond") || !reader.Has("GracePeriod"))
            reader.Problem("BytesPerSecond and GracePeriod must both be set.");
        var rate = new MinDataRate(1, TimeSpan.FromSeconds(1));
        reader.Value("BytesPerSecond", ValueTexts.Long, value => rate = rate with { BytesPerSecond = value });
        reader.Value("GracePeriod", ValueTexts.Time, value => rate = rate with { GracePeriod = value });
        return rate;
    }
}
