using System.Net;

namespace Net.Async;

/// <summary>The addresses that one server is to listen on.</summary>
internal static class AddressList
{
    private const int MostTries = 16;

    /// <summary>The end points, checked one by one: at least one, each of a kind that can be listened on, and only with <see cref="ListenerOptions.ReusePort"/> one twice.</summary>
    /// <param name="endPoints">What the caller gave.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="names">Whether names, to be looked up, are such a kind.</param>
    public static IReadOnlyList<EndPoint> Check(IReadOnlyList<EndPoint> endPoints, ServerOptions? options, bool names = false)
    {
        ArgumentNullException.ThrowIfNull(endPoints);
        var list = new List<EndPoint>(endPoints.Count);
        for (var i = 0; i < endPoints.Count; i++)
        {
            var endPoint = names && endPoints[i] is DnsEndPoint ? endPoints[i] : TransportEndPoint.Check(endPoints[i], $"{nameof(endPoints)}[{i}]");
            if (list.Contains(endPoint) && !MaySplit(endPoint, options))
                throw new ArgumentException($"{nameof(endPoints)}[{i}], {NetEndPoint.Format(endPoint)}, is there twice.", nameof(endPoints));
            list.Add(endPoint);
        }

        return list.Count > 0 ? list : throw new ArgumentException("A server listens on at least one end point.", nameof(endPoints));
    }

    /// <summary>Whether an address may have several listeners, which the kernel deals its clients out to.</summary>
    public static bool MaySplit(EndPoint endPoint, ServerOptions? options) => endPoint is IPEndPoint && options is { Listener.ReusePort: true };

    /// <summary>Binds all of them or none. Those with port 0 get the same port: the first is given one, and another one when it is taken at the others.</summary>
    public static IReadOnlyList<TransportListener> BindAll(IReadOnlyList<EndPoint> endPoints, IoEngine engine, ListenSettings settings)
    {
        for (var tries = 1; ; tries++)
        {
            if (TryBindAll(endPoints, engine, settings, throws: tries == MostTries) is { } listeners)
                return listeners;
        }
    }

    public static void CloseAll(IReadOnlyList<TransportListener> listeners)
    {
        foreach (var listener in listeners)
        {
            try
            {
                AcceptLoop.Close(listener);
            }
            catch (Exception exception)
            {
                // What the caller hears is why they are closed.
                NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
            }
        }
    }

    // Null when the port that the first one was given is taken at another.
    private static List<TransportListener>? TryBindAll(IReadOnlyList<EndPoint> endPoints, IoEngine engine, ListenSettings settings, bool throws)
    {
        var listeners = new List<TransportListener>(endPoints.Count);
        int? given = null;
        var sharesPort = false;
        try
        {
            foreach (var endPoint in endPoints)
            {
                sharesPort = given is not null && endPoint is IPEndPoint { Port: 0 };
                listeners.Add(engine.Bind(sharesPort ? new IPEndPoint(((IPEndPoint)endPoint).Address, given!.Value) : endPoint, settings));
                if (endPoint is IPEndPoint { Port: 0 })
                    given ??= ((IPEndPoint)listeners[^1].LocalEndPoint).Port;
            }

            return listeners;
        }
        catch (Exception exception)
        {
            CloseAll(listeners);
            if (!sharesPort || exception is not ConnectionException { Error: ConnectionError.AddressInUse })
                throw;
            return !throws ? null : throw new ConnectionException(ConnectionError.ResourceShortage,
                $"Could not listen on {string.Join(" and ", endPoints.Select(NetEndPoint.Format))}: no local port is free at all of them, {MostTries} were tried.", endPoints[0], exception.InnerException);
        }
    }
}
