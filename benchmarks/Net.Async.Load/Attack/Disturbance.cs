using System.Diagnostics;
using System.Net;

namespace Net.Async.Load;

/// <summary>Connections that disturb a server, all from one address, on a thread of their own; bounded in number, and in time by the token.</summary>
internal abstract class Disturbance(string name, EndPoint server, int count, int atOnce)
{
    private const int None = -1;
    private const int PollMilliseconds = 10;
    private const int MostBeginningsATurn = 64;

    private static readonly SocketAddress s_source = new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0).Serialize();

    private readonly SocketAddress _server = server.Serialize();
    private readonly byte[] _received = new byte[64 * 1024];
    private readonly List<Client> _clients = [];
    private int _open;

    public string Name => name;

    public int Count => count;

    /// <summary>What became of them.</summary>
    public DisturbanceResult Result { get; } = new();

    /// <summary>Bytes that the kernel holds for each of them; 0 leaves it to the kernel.</summary>
    protected virtual int ReceiveBuffer => 0;

    /// <summary>What a connection waits for once it is connected.</summary>
    protected virtual uint Interest => EpollSet.Readable;

    /// <summary>Opens them, plays until the token is cancelled, and resets those that are left.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        using var ready = new EpollSet();
        var lastSecond = Stopwatch.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            OpenMore(ready);
            for (int place = 0, events = ready.Wait(PollMilliseconds); place < events; place++)
                OnReady(ready, ready.Event(place));
            if (Stopwatch.GetElapsedTime(lastSecond) < TimeSpan.FromSeconds(1))
                continue;
            lastSecond = Stopwatch.GetTimestamp();
            EverySecond();
        }

        Close();
    }

    /// <summary>A connection has room to send.</summary>
    /// <returns>Whether it is still there.</returns>
    protected virtual bool OnWritable(int descriptor) => true;

    /// <summary>A second has passed for a connection.</summary>
    protected virtual void OnSecond(int descriptor)
    {
    }

    private void OpenMore(EpollSet ready)
    {
        for (var begun = 0; begun < MostBeginningsATurn && _clients.Count < count && _open < atOnce; begun++)
        {
            var startedAt = Stopwatch.GetTimestamp();
            var descriptor = RawSocket.Begin(s_source, _server, ReceiveBuffer);
            _clients.Add(new Client(descriptor == RawSocket.Failed ? None : descriptor, startedAt));
            if (descriptor == RawSocket.Failed)
            {
                Result.AddRefused(startedAt);
                continue;
            }

            _open++;
            ready.Watch(descriptor, _clients.Count - 1, EpollSet.Readable | EpollSet.Writable);
        }
    }

    private void OnReady(EpollSet ready, (int Index, bool Readable, bool Writable) happened)
    {
        var client = _clients[happened.Index];
        if (happened.Readable && !Receive(client))
        {
            End(client);
            return;
        }

        if (!happened.Writable)
            return;
        if (OnWritable(client.Descriptor))
            ready.Rewatch(client.Descriptor, happened.Index, Interest);
        else
            End(client);
    }

    private bool Receive(Client client)
    {
        var received = RawSocket.Receive(client.Descriptor, _received);
        if (received > 0 && !client.IsServed)
        {
            client.IsServed = true;
            Result.Served++;
        }

        return received is > 0 or RawSocket.NotNow;
    }

    private void End(Client client)
    {
        if (client.IsServed)
            Result.Ended++;
        else
            Result.AddRefused(client.StartedAt);
        RawSocket.Close(client.Descriptor);
        client.Descriptor = None;
        _open--;
    }

    private void EverySecond()
    {
        foreach (var client in _clients.Where(static client => client.Descriptor != None))
            OnSecond(client.Descriptor);
    }

    private void Close()
    {
        Result.Open = _open;
        foreach (var client in _clients.Where(static client => client.Descriptor != None))
            RawSocket.Reset(client.Descriptor);
    }

    private sealed class Client(int descriptor, long startedAt)
    {
        public int Descriptor { get; set; } = descriptor;

        public long StartedAt { get; } = startedAt;

        public bool IsServed { get; set; }
    }
}
