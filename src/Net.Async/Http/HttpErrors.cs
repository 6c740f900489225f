namespace Net.Async;

/// <summary>What is inside HttpClient's errors over our connectors.</summary>
public static class HttpErrors
{
    extension(HttpRequestException exception)
    {
        /// <summary>The error of the connector, or of the connection, that is inside; null when the request failed otherwise. With <see cref="HttpRequestError.NameResolutionError"/> it is here only.</summary>
        public ConnectionException? ConnectionException
        {
            get
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
    }
}
