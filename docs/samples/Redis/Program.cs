// A Redis client whose connections are raced: redis HOST PORT. Prints who connected where, and counts to 1,000 there and back.
using System.Globalization;
using System.Net;
using Net.Async;
using Redis;
using StackExchange.Redis;

if (args is not [var host, var portText] || !int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
{
    Console.Error.WriteLine("usage: redis HOST PORT");
    return 2;
}

var connector = new HappyEyeballsConnector(new() { Progress = new Shown() });
var options = new ConfigurationOptions { Tunnel = new ConnectorTunnel(connector), AbortOnConnectFail = true, ConnectTimeout = 5000 };
options.EndPoints.Add(new DnsEndPoint(host, port));
await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
var database = redis.GetDatabase();
const int Count = 1000;
await Task.WhenAll(Enumerable.Range(0, Count).Select(i => database.StringSetAsync($"net-async:{i}", i)));
var sum = (await Task.WhenAll(Enumerable.Range(0, Count).Select(i => database.StringGetAsync($"net-async:{i}")))).Sum(value => (long)value);
Console.WriteLine($"sum {sum}");
return sum == (long)Count * (Count - 1) / 2 ? 0 : 1;

/// <summary>Where each connection went.</summary>
internal sealed class Shown : IProgress<ConnectEvent>
{
    public void Report(ConnectEvent value)
    {
        if (value is { EndPoint: { } endPoint, Kind: ConnectEventKind.AttemptFailed or ConnectEventKind.Connected })
            Console.WriteLine($"{value.Kind} {endPoint}");
    }
}
