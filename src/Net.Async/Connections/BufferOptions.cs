using System.Buffers;

namespace Net.Async;

/// <summary>How much memory a connection may use, in this process and in the kernel. Every value is checked where it is set.</summary>
public sealed record BufferOptions
{
    /// <summary>The kernel's receive buffer (SO_RCVBUF): fixed, where the kernel would grow it. Linux doubles the value, and caps it.</summary>
    /// <value>Default: null, the kernel adapts it; at least 1 KiB.</value>
    public int? ReceiveBufferSize { get; set => field = CheckKernel(value, nameof(ReceiveBufferSize)); }

    /// <summary>The kernel's send buffer (SO_SNDBUF): fixed, where the kernel would grow it. Linux doubles the value, and caps it.</summary>
    /// <value>Default: null, the kernel adapts it; at least 1 KiB.</value>
    public int? SendBufferSize { get; set => field = CheckKernel(value, nameof(SendBufferSize)); }

    /// <summary>How many bytes may be written that the kernel has not taken. A write beyond it throws <see cref="InvalidOperationException"/>.</summary>
    /// <value>Default: 16 MiB; at least 64 KiB.</value>
    public long MaxUnflushedBytes { get; set => field = CheckSize(value, 65536, nameof(MaxUnflushedBytes)); } = 16 * 1024 * 1024;

    /// <summary>How many bytes may be unsent when a flush or a write completes, as in <see cref="System.IO.Pipelines.PipeOptions.PauseWriterThreshold"/>: a writer then finishes before a slow peer has taken all.</summary>
    /// <remarks>
    /// What a write hands over is copied where it has to wait for the kernel. Flushes, and writes of at most 4 KiB, are sent together when the caller's turn is over:
    /// at the latest when its thread, or one of the thread pool, is free; a close sends them at once. A failure of bytes that a completed flush has left behind is reported by the next call and by the close.
    /// <see cref="Connection.SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/> always waits for the kernel.
    /// </remarks>
    /// <value>Default: 0, a flush completes when the kernel has taken everything; at least 0.</value>
    public long PauseWriterThreshold { get; set => field = CheckSize(value, 0, nameof(PauseWriterThreshold)); }

    /// <summary>How many bytes a reader may examine without consuming them. A read beyond it throws <see cref="InvalidOperationException"/>.</summary>
    /// <value>Default: 16 MiB; at least 64 KiB.</value>
    public long MaxUnconsumedBytes { get; set => field = CheckSize(value, 65536, nameof(MaxUnconsumedBytes)); } = 16 * 1024 * 1024;

    /// <summary>Receives while no read is waiting, for programs that must see bytes and resets early.</summary>
    /// <value>Default: false.</value>
    public bool ReadAhead { get; set; }

    /// <summary>How many bytes are received ahead of the reader when <see cref="ReadAhead"/> is on.</summary>
    /// <value>Default: 64 KiB; at least 4 KiB.</value>
    public long ReadAheadLimit { get; set => field = CheckSize(value, 4096, nameof(ReadAheadLimit)); } = 65536;

    /// <summary>Where the pipes rent their blocks.</summary>
    /// <value>Default: null, the library's own pool of the process.</value>
    public MemoryPool<byte>? MemoryPool { get; set; }

    /// <summary>The library's own pool of the process: pinned blocks of 4 KiB and 64 KiB, of which it retains 16 MiB at most. Disposing it has no effect.</summary>
    public static MemoryPool<byte> SharedPool => BlockPool.Shared;

    internal MemoryPool<byte> Pool => MemoryPool ?? BlockPool.Shared;

    internal static int? CheckKernel(int? value, string name) => value is null or >= 1024
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1024 bytes.");

    private static long CheckSize(long value, long least, string name) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {least} bytes.");
}
