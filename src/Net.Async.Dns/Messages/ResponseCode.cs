using System.Globalization;

namespace Net.Async;

/// <summary>The codes of IANA's registry of DNS RCODEs that are branched on, and the names of all.</summary>
internal static class ResponseCode
{
    public const int NoError = 0, FormatError = 1, ServerFailure = 2, NoSuchName = 3, NotImplemented = 4, Refused = 5, BadVersion = 16;

    private static readonly string?[] s_names =
    [
        "NoError", "FormatError", "ServerFailure", "NotExistentDomain", "NotImplemented", "Refused", "ExistentDomain", "ExistentRecordSet",
        "MissingRecordSet", "NotAuthoritative", "NotInZone", "TypeNotImplemented", null, null, null, null,
        "BadVersion", "BadKey", "BadTime", "BadMode", "BadName", "BadAlgorithm", "BadTruncation", "BadCookie",
    ];

    /// <summary>The server could not tell: another one, or this one later, may. What glibc goes to the next server for; of the others it says that they are final.</summary>
    public static bool MayPass(int code) => code is ServerFailure or NotImplemented or Refused;

    /// <summary>What servers answer that do not know EDNS, or not this version of it (RFC 6891, 6.1.3 and 7).</summary>
    public static bool RefusesEdns(int code) => code is FormatError or NotImplemented or BadVersion;

    public static string Name(int code) => s_names.ElementAtOrDefault(code) ?? string.Create(CultureInfo.InvariantCulture, $"code {code}");
}
