using System.Diagnostics.Tracing;

namespace Net.Async;

/// <summary>What the resolver notices of its surroundings: stable event numbers. Listen with <c>dotnet-trace --providers Net-Async-Dns</c>.</summary>
[EventSource(Name = DnsStubResolver.EventSourceName)]
internal sealed class DnsEventSource : EventSource
{
    public static readonly DnsEventSource Log = new();

    private DnsEventSource()
    {
    }

    [Event(1, Level = EventLevel.Warning, Message = "{0} names no name server that can be asked ({1}): 127.0.0.1 is asked.")]
    public void FallbackUsed(string path, string why) => WriteEvent(1, path, why);

    [Event(2, Level = EventLevel.Informational, Message = "{0} was read: the name servers are {1}; the search domains are {2}.")]
    public void ConfigurationRead(string path, string servers, string domains) => WriteEvent(2, path, servers, domains);

    [Event(3, Level = EventLevel.Warning, Message = "The name server {0} {1}: it is asked last until it answers again.")]
    public void ServerDown(string server, string why) => WriteEvent(3, server, why);

    [Event(4, Level = EventLevel.Informational, Message = "The name server {0} answers again.")]
    public void ServerUp(string server) => WriteEvent(4, server);

    [Event(5, Level = EventLevel.Informational, Message = "The name server {0} refuses EDNS: it is asked without for a while.")]
    public void EdnsRefused(string server) => WriteEvent(5, server);

    [Event(6, Level = EventLevel.Warning, Message = "{0} is not read beyond {1} octets.")]
    public void FileTooLong(string path, long most) => WriteEvent(6, path, most);
}
