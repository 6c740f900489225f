using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Takes a socket over that was made elsewhere. What it is, is asked first; while that may still fail, it stays the caller's.</summary>
internal static class AdoptedSocket
{
    /// <summary>One to accept on: bound, or listening already. With a backlog it listens from here on; without, its listener starts that.</summary>
    /// <exception cref="ArgumentException">It is something else; the message says what.</exception>
    /// <exception cref="InvalidOperationException">It was adopted before.</exception>
    /// <exception cref="ConnectionException">It cannot listen, or an option cannot be set.</exception>
    public static Socket AdoptListening(SafeSocketHandle handle, int? backlog, SocketTuning tuning, string parameter) =>
        Adopt(handle, false, parameter, null, ListenerProblem(backlog, tuning));

    /// <summary>The same by its number, which an earlier owner may have had.</summary>
    public static Socket AdoptListening(int descriptor, int? backlog, SocketTuning tuning, string parameter, SafeHandle? from = null) =>
        Adopt(HandleOf(descriptor, parameter), true, parameter, from, ListenerProblem(backlog, tuning));

    private static Func<Socket, string?> ListenerProblem(int? backlog, SocketTuning tuning) => socket =>
    {
        if (socket.Connected)
            return "a connected socket: adopt it as a connection";
        if (!IsBound(socket))
            return "a socket that is not bound";
        tuning.ApplyTo(socket);
        if (!IsListening(socket) && backlog is { } waiting)
            socket.Listen(waiting);
        return null;
    };

    /// <summary>A connected one, with the options set. One that came from another process may have lost its peer on the way.</summary>
    /// <exception cref="ArgumentException">It is something else; the message says what.</exception>
    /// <exception cref="InvalidOperationException">It was adopted before.</exception>
    /// <exception cref="ConnectionException">An option cannot be set: the peer has gone.</exception>
    public static Socket AdoptConnected(SafeSocketHandle handle, SocketTuning tuning, string parameter) =>
        Adopt(handle, false, parameter, null, ConnectionProblem(tuning, evenIfReset: false));

    /// <summary>The same by its number, which an earlier owner may have had.</summary>
    public static Socket AdoptConnected(int descriptor, SocketTuning tuning, string parameter, SafeHandle? from = null) =>
        Adopt(HandleOf(descriptor, parameter), true, parameter, from, ConnectionProblem(tuning, evenIfReset: from is not null));

    private static Func<Socket, string?> ConnectionProblem(SocketTuning tuning, bool evenIfReset) => socket =>
    {
        if (IsListening(socket))
            return "a listening socket: adopt it as a server";
        if (!socket.Connected && !evenIfReset)
            return "a socket that is not connected, or was reset by its peer";
        tuning.ApplyTo(socket);
        return null;
    };

    /// <summary>A handle to look at the descriptor with: it does not own it.</summary>
    public static SafeSocketHandle HandleOf(int descriptor, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(descriptor, parameter);
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Windows has no descriptors: give the socket's handle.");
        return new SafeSocketHandle(descriptor, ownsHandle: false);
    }

    /// <summary>The descriptor and what it is, for messages.</summary>
    public static string Describe(SafeHandle handle, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"Descriptor {handle.DangerousGetHandle()} is {what}.");

    public static void Check(SafeHandle handle, string parameter)
    {
        ArgumentNullException.ThrowIfNull(handle, parameter);
        if (handle.IsClosed || handle.IsInvalid)
            throw new ArgumentException("The handle is closed, or was adopted before.", parameter);
    }

    /// <summary>The owner takes the number, and the handle that had it is closed without closing it: neither its own finalizer nor its socket's ends what is ours.</summary>
    public static T TransferOwnership<T>(SafeHandle handle, T owner, string parameter, SafeHandle? from = null)
        where T : SafeHandle
    {
        if (!AdoptedNumbers.TryTake(handle.DangerousGetHandle(), owner, from))
        {
            owner.SetHandleAsInvalid();
            throw AdoptedBefore(handle, parameter);
        }

        handle.SetHandleAsInvalid();
        return owner;
    }

    private static InvalidOperationException AdoptedBefore(SafeHandle handle, string parameter) =>
        new(Describe(handle, $"adopted already, and cannot be once more ({parameter})"));

    private static Socket Adopt(SafeSocketHandle handle, bool isNumber, string parameter, SafeHandle? from, Func<Socket, string?> prepare)
    {
        Check(handle, parameter);
        var descriptor = (int)handle.DangerousGetHandle();
        if (OperatingSystem.IsLinux() && ProblemOf(Descriptors.KindOf(descriptor)) is { } wrong)
            throw new ArgumentException(Describe(handle, wrong), parameter);
        var socket = CreateNonOwning(handle, parameter);
        try
        {
            if ((socket.SocketType == SocketType.Stream ? prepare(socket) : $"a {Name(socket.SocketType)} socket") is { } problem)
                throw new ArgumentException(Describe(handle, problem), parameter);
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("adopt", new DescriptorEndPoint(descriptor), exception);
        }

        return new Socket(!OperatingSystem.IsLinux() ? handle : isNumber ? MoveNumber(handle, parameter, from) : Copy(handle, parameter));
    }

    private static SafeSocketHandle MoveNumber(SafeSocketHandle handle, string parameter, SafeHandle? from)
    {
        var number = (int)handle.DangerousGetHandle();
        var owner = TransferOwnership(handle, new SafeSocketHandle(number, ownsHandle: true), parameter, from);
        Descriptors.SetInherited(number, false);
        // Its former owner may have waited on it: a set that it is in already takes it no second time.
        if (from is null)
            PollSets.Remove(number);
        return owner;
    }

    // An object's descriptor is its own: a socket over it closes it one day, be it from the finalizer. Ours gets another number, and the object is closed.
    private static SafeSocketHandle Copy(SafeSocketHandle handle, string parameter)
    {
        var number = (int)handle.DangerousGetHandle();
        if (!AdoptedNumbers.IsFree(number))
            throw AdoptedBefore(handle, parameter);
        SharedSocket.Prepare();
        if (Descriptors.Duplicate(number) is not { } copy)
            throw new ConnectionException(ConnectionError.ResourceShortage, $"Could not adopt descriptor {number}: descriptors have run out.");
        SharedSocket.Leave(handle, polled: true);
        handle.Dispose();
        var owner = new SafeSocketHandle(copy, ownsHandle: true);
        AdoptedNumbers.TryTake(copy, owner);
        return owner;
    }

    /// <summary>To ask what it is: never closes.</summary>
    public static Socket CreateNonOwning(SafeHandle handle)
    {
        var socket = new Socket(handle as SafeSocketHandle ?? new SafeSocketHandle(handle.DangerousGetHandle(), ownsHandle: false));
        GC.SuppressFinalize(socket);
        return socket;
    }

    private static Socket CreateNonOwning(SafeSocketHandle handle, string parameter)
    {
        try
        {
            return CreateNonOwning(handle);
        }
        catch (SocketException exception)
        {
            throw new ArgumentException(Describe(handle, $"no socket: {exception.Message.TrimEnd('.')}"), parameter, exception);
        }
    }

    private static string? ProblemOf(DescriptorKind? kind) => kind switch
    {
        DescriptorKind.Socket => null,
        null => "not open",
        DescriptorKind.Pipe => "a pipe, not a socket",
        DescriptorKind.File => "a regular file, not a socket",
        DescriptorKind.Directory => "a directory, not a socket",
        DescriptorKind.Device => "a device, not a socket",
        _ => "no socket",
    };

    private static string Name(SocketType type) => type switch
    {
        SocketType.Dgram => "datagram",
        SocketType.Seqpacket => "seqpacket",
        SocketType.Raw => "raw",
        _ => type.ToString(),
    };

    public static bool IsListening(Socket socket) => (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! != 0;

    public static bool IsBound(Socket socket) => socket.LocalEndPoint switch
    {
        IPEndPoint ip => ip.Port != 0,
        UnixDomainSocketEndPoint unix => unix.ToString().Length > 0,
        _ => false,
    };
}
