using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>Dials a port of a silo, does not do what Orleans expects, and is gone.</summary>
internal static class Intruder
{
    private const int Kinds = 5;

    /// <summary>Dials once, does what the random numbers say, and ends.</summary>
    public static async Task RunAsync(EndPoint endPoint, Random random)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint).Soon();
        try
        {
            if (Bytes(random.Next(Kinds), random) is { Length: > 0 } bytes)
                await socket.SendAsync(bytes);
            await Task.Delay(random.Next(20));
        }
        catch (SocketException)
        {
            // The silo was faster.
        }

        // Half of them are killed with a reset.
        if (random.Next(2) == 0)
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }

    /// <summary>Dials, sends such bytes, and stays.</summary>
    public static async Task<Socket> StayAsync(EndPoint endPoint, int kind)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint).Soon();
        if (Bytes(kind, new Random(kind)) is { Length: > 0 } bytes)
            await socket.SendAsync(bytes);
        return socket;
    }

    // Nothing, a part of a length, a length that is too much, the half of a preamble, a preamble that is none.
    private static byte[] Bytes(int kind, Random random)
    {
        var bytes = new byte[kind switch { 0 => 0, 1 => 2, 2 => 200, 3 => 4 + random.Next(100), _ => 4 + 300 }];
        random.NextBytes(bytes);
        if (kind >= 2)
            BinaryPrimitives.WriteInt32LittleEndian(bytes, kind == 2 ? int.MaxValue : 300);
        return bytes;
    }
}
