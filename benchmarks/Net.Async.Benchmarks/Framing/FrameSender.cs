using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Net.Async.Load;

namespace Net.Async.Benchmarks;

/// <summary>A process that sends frames to everyone who connects, as fast as the kernel takes them, so that the reader's processor time is the reader's alone.</summary>
internal sealed class FrameSender : IDisposable
{
    /// <summary>Stands for lines of 64 bytes; other sizes are those of payloads with a length before them.</summary>
    public const int Lines = 0;

    private const int Piece = 256 * 1024;

    private readonly Process _process;

    private FrameSender(Process process, IPEndPoint endPoint) => (_process, EndPoint) = (process, endPoint);

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    public static FrameSender Start(int size)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["framing-sender", size.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        if (OperatingSystem.IsLinux() && Environment.ProcessorCount > 1)
            process.ProcessorAffinity = 2;
        return new(process, IPEndPoint.Parse(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The sender has not started.")));
    }

    /// <summary>What that process runs, until its input ends.</summary>
    public static void Serve(int size)
    {
        var bytes = size == Lines ? Payload.CreateLine(64) : Frame(size);
        var piece = Enumerable.Repeat(bytes, Math.Max(1, Piece / bytes.Length)).SelectMany(static one => one).ToArray();
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Console.WriteLine(listener.LocalEndPoint);
        new Thread(() => Accept(listener, piece)) { IsBackground = true }.Start();
        Console.In.ReadToEnd();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static void Accept(Socket listener, byte[] piece)
    {
        while (true)
        {
            using var client = listener.Accept();
            try
            {
                while (true)
                    client.Send(piece);
            }
            catch (SocketException)
            {
                // It has read enough: the next one.
            }
        }
    }

    private static byte[] Frame(int size)
    {
        var bytes = new byte[4 + size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        bytes.AsSpan(4).Fill((byte)'f');
        return bytes;
    }
}
