using Microsoft.AspNetCore.Connections;

namespace Net.Async;

/// <summary>A failed connection in the exceptions that ASP.NET Core's code knows.</summary>
internal static class HostExceptions
{
    /// <summary>A reset and an abort have exceptions of their own there; what the application has given as the reason of an abort is thrown as it is.</summary>
    public static Exception Of(ConnectionException failure) => failure.Error switch
    {
        ConnectionError.Reset => new ConnectionResetException(failure.Message, failure),
        ConnectionError.Aborted when failure.InnerException is ConnectionAbortedException reason => reason,
        ConnectionError.Aborted or ConnectionError.Closed => new ConnectionAbortedException(failure.Message, failure),
        _ => failure,
    };
}
