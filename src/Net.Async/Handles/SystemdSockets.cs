using System.Collections;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>The sockets that systemd has bound and started this process with (socket activation, sd_listen_fds(3)).</summary>
/// <remarks>Each is taken as a server or a connection; a dispose closes the others here. They are not inherited by programs that this one starts.</remarks>
public sealed class SystemdSockets : IReadOnlyList<SystemdSocket>, IDisposable
{
    private const int FirstDescriptor = 3;

    private static int s_taken;

    private readonly IReadOnlyList<SystemdSocket> _sockets;

    private SystemdSockets(IReadOnlyList<SystemdSocket> sockets) => _sockets = sockets;

    /// <summary>How many there are.</summary>
    public int Count => _sockets.Count;

    /// <summary>One of them, in systemd's order.</summary>
    /// <param name="index">0 and more.</param>
    public SystemdSocket this[int index] => _sockets[index];

    /// <summary>Takes the sockets of this process. There are none when systemd started the process without sockets, passed them to another process, or did not start this process.</summary>
    /// <param name="keepEnvironment">Leaves the variables set. By default they are unset, so that programs which this one starts do not look for sockets.</param>
    /// <exception cref="InvalidOperationException">They were taken before, or the environment variables are invalid: not a number, a descriptor that is not open or has an owner here, another number of names than of sockets.</exception>
    public static SystemdSockets FromEnvironment(bool keepEnvironment = false)
    {
        if (!OperatingSystem.IsLinux())
            return new([]);
        var environment = SystemdEnvironment.Current;
        if (!keepEnvironment)
            SystemdEnvironment.Unset();
        var names = environment.NamesFor(Environment.ProcessId);
        if (names.Count > 0 && Interlocked.Exchange(ref s_taken, 1) != 0)
            throw new InvalidOperationException("The sockets of systemd were taken before.");
        return FromEnvironment(names, FirstDescriptor);
    }

    /// <summary>Where the sockets with a name are, to listen on as one server, beside other end points too. They are taken by the listen, each once; the environment stays as it is.</summary>
    /// <param name="name">As in the socket unit. Several sockets may have it.</param>
    /// <exception cref="KeyNotFoundException">No socket has this name; the message lists the names.</exception>
    /// <exception cref="InvalidOperationException">The environment variables are invalid, or a descriptor is not open.</exception>
    public static IReadOnlyList<DescriptorEndPoint> EndPointsFromEnvironment(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var names = OperatingSystem.IsLinux() ? SystemdEnvironment.Current.NamesFor(Environment.ProcessId) : [];
        DescriptorEndPoint[] found = [.. names.Index().Where(one => one.Item == name).Select(static one => new DescriptorEndPoint(FirstDescriptor + one.Index))];
        foreach (var endPoint in found)
        {
            if (Descriptors.KindOf(endPoint.Descriptor) is null)
                throw new InvalidOperationException($"Descriptor {endPoint.Descriptor} of systemd's socket '{name}' is not open.");
            Descriptors.SetInherited(endPoint.Descriptor, false);
        }

        return found.Length > 0 ? found : throw Missing(name, names);
    }

    /// <summary>The first socket that has a name.</summary>
    /// <param name="name">As in the socket unit.</param>
    /// <exception cref="KeyNotFoundException">No socket has this name; the message lists the names.</exception>
    public SystemdSocket Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _sockets.FirstOrDefault(socket => socket.Name == name)
            ?? throw Missing(name, _sockets.Select(static socket => socket.Name));
    }

    /// <summary>Closes, in this process, the sockets that were not taken. Idempotent.</summary>
    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    /// <summary>In systemd's order.</summary>
    public IEnumerator<SystemdSocket> GetEnumerator() => _sockets.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SystemdSockets FromEnvironment(IReadOnlyList<string> names, int first)
    {
        // Asked of all before the first is taken: a list that is wrong changes nothing.
        for (var descriptor = first; descriptor < first + names.Count; descriptor++)
        {
            if (Descriptors.KindOf(descriptor) is null)
                throw new InvalidOperationException($"Of {names.Count} sockets of systemd, from descriptor {first} on, descriptor {descriptor} is not open.");
            if (!AdoptedNumbers.IsFree(descriptor))
                throw new InvalidOperationException($"Descriptor {descriptor} of systemd was adopted before.");
        }

        return new([.. names.Select((name, index) => FromEnvironment(name, first + index))]);
    }

    private static KeyNotFoundException Missing(string name, IEnumerable<string> names) =>
        new($"Of systemd there is no socket '{name}'; there are: {string.Join(", ", names.Select(static one => $"'{one}'"))}.");

    private static SystemdSocket FromEnvironment(string name, int descriptor)
    {
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        AdoptedNumbers.TryTake(descriptor, handle);
        Descriptors.SetInherited(descriptor, false);
        var (kind, end) = OwnedHandles.Describe(handle);
        return new SystemdSocket(name, descriptor, kind, end, new OwnedHandles([handle]));
    }
}
