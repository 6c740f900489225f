namespace Net.Async;

/// <summary>What is inside HttpClient's errors over the connectors of this library.</summary>
public static class HttpRequestExceptionExtensions
{
    /// <summary>Finds the error of the connector, or of the connection, inside the error of a request.</summary>
    /// <param name="exception">The error of the request.</param>
    /// <returns>Null when the request failed otherwise. With <see cref="HttpRequestError.NameResolutionError"/> the error is found here only.</returns>
    public static ConnectionException? GetConnectionException(this HttpRequestException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            if ((cause as LookupSocketException)?.Error is { } lookup)
                return lookup;
            if (cause is ConnectionException found)
                return found;
        }

        return null;
    }
}
