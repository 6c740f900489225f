using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>The part of a file that is to be sent, read in order. The file's length is believed only as far as its bytes bear it out.</summary>
/// <remarks>
/// The kernel makes some files up as they are read: those of /proc have a length of 0, those of /sys one of a page (proc(5), sysfs(5)), devices and pipes none.
/// What is there is read to its end. A file that has become shorter says so: its length has changed, too.
/// </remarks>
internal sealed class FilePart
{
    private readonly SafeFileHandle _file;
    private readonly long? _length; // when it was opened; null for what cannot be read at a position
    private readonly bool _isCounted;
    private FileStream? _inOrder; // made when the first of its bytes is read, where there are no positions
    private long _position;
    private long _left;

    private FilePart(SafeFileHandle file, long? length, long offset, long? count)
    {
        (_file, _length, _position, _isCounted) = (file, length, offset, count is not null);
        // A length of 0 says nothing.
        _left = count ?? (length > 0 ? length.Value - offset : long.MaxValue);
    }

    /// <summary>Some of it was read, or it is known that it cannot all be: the peer misses something when the sending stops here.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Nothing more of it is to be read.</summary>
    public bool IsOver => _left == 0;

    /// <summary>Whether the kernel can be left to read it: it has positions, and a length that says something.</summary>
    public bool HasLength => _length > 0;

    /// <summary>The file; <see cref="Position"/> is where the next byte is.</summary>
    public SafeFileHandle File => _file;

    public long Position => _position;

    /// <summary>How much to read next, at most so much.</summary>
    public int Next(int most) => (int)Math.Min(most, _left);

    /// <summary>Checks everything that can be known before anything is sent.</summary>
    public static FilePart Check(SafeFileHandle file, long offset, long? count)
    {
        ArgumentNullException.ThrowIfNull(file);
        CheckBounds(offset, count);
        if (file.IsInvalid || file.IsClosed)
            throw new ArgumentException("The file is not open.", nameof(file));
        var length = LengthOf(file);
        if (length is null && offset > 0)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The file is a pipe or a terminal, which is read from where it is.");
        // A file that says 0 may have bytes: whether the first one is there is asked by reading it.
        if (length == 0 && offset + (count ?? 0) > 0 && RandomAccess.Read(file, stackalloc byte[1], offset) > 0)
            return new FilePart(file, length, offset, count);
        if (offset > length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The file has {length} bytes.");
        if (count > length - offset)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The file has {length - offset} bytes from {offset} on.");
        return new FilePart(file, length, offset, count);
    }

    public static void CheckBounds(long offset, long? count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (count is { } wanted)
            ArgumentOutOfRangeException.ThrowIfNegative(wanted, nameof(count));
    }

    /// <summary>Reads more of it; 0 at its end.</summary>
    /// <exception cref="EndOfStreamException">It has become shorter, or is shorter than was asked for.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> memory, CancellationToken cancellationToken)
    {
        memory = memory[..Next(memory.Length)];
        var read = await ReadPieceAsync(memory, cancellationToken).ConfigureAwait(false);
        Advance(read);
        return read;
    }

    /// <summary>So many bytes of it were taken; 0 at its end.</summary>
    /// <exception cref="EndOfStreamException">It has become shorter, or is shorter than was asked for.</exception>
    public void Advance(int read)
    {
        if (read == 0 && IsCutOff())
        {
            HasBegun = true;
            throw new EndOfStreamException($"The file has become shorter: it ends at {_position}, {_left} bytes before what was to be sent.");
        }

        HasBegun |= read > 0;
        (_position, _left) = (_position + read, read == 0 ? 0 : _left - read);
    }

    private ValueTask<int> ReadPieceAsync(Memory<byte> memory, CancellationToken cancellationToken) =>
        _length is null ? ReadInOrderAsync(memory, cancellationToken) : RandomAccess.ReadAsync(_file, memory, _position, cancellationToken);

    // A read of a pipe may wait for ever, and cannot be cancelled: it has memory of its own, which a cancelled one keeps.
    private async ValueTask<int> ReadInOrderAsync(Memory<byte> memory, CancellationToken cancellationToken)
    {
        var own = new byte[memory.Length];
        var reading = (_inOrder ??= Open()).ReadAsync(own, cancellationToken).AsTask();
        _ = reading.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var read = await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        own.AsMemory(0, read).CopyTo(memory);
        return read;
    }

    // RandomAccess reads nothing that has no positions. The handle is the caller's: the stream is not disposed, and its finalizer leaves the handle alone.
    private FileStream Open() => new(_file, FileAccess.Read, bufferSize: 0, _file.IsAsync);

    // One that still says that there is more was never so long.
    private bool IsCutOff() => _isCounted || (_length > 0 && RandomAccess.GetLength(_file) < _length);

    private static long? LengthOf(SafeFileHandle file)
    {
        try
        {
            return RandomAccess.GetLength(file);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
