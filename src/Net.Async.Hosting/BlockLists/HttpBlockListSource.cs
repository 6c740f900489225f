using System.Net;
using System.Net.Http.Headers;

namespace Net.Async;

/// <summary>A list that is requested over HTTP. It is not sent again when the server says that it has not changed.</summary>
internal sealed class HttpBlockListSource(IHttpClientFactory clients, string clientName, Func<HttpRequestMessage> request) : BlockListSource
{
    private EntityTagHeaderValue? _tag;
    private DateTimeOffset? _modified;
    private string _uri = "an HTTP request";

    public override async Task<BlockListLoadResult?> LoadAsync(BlockList list, BlockListLoadOptions options, CancellationToken cancellationToken)
    {
        using var message = request();
        _uri = message.RequestUri?.ToString() ?? _uri;
        if (_tag is not null)
            message.Headers.IfNoneMatch.Add(_tag);
        else if (_modified is not null)
            message.Headers.IfModifiedSince = _modified;
        // The time limit is that of the whole loading: the caller's.
        using var client = clients.CreateClient(clientName);
        client.Timeout = Timeout.InfiniteTimeSpan;
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotModified)
            return null;
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var result = await list.ReplaceWithAsync(body, options, cancellationToken).ConfigureAwait(false);
            (_tag, _modified) = (response.Headers.ETag, response.Content.Headers.LastModified);
            return result;
        }
    }

    public override string ToString() => _uri;
}
