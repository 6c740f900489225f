using System.Reflection;
using System.Runtime.CompilerServices;

namespace Net.Async.Tests.Options;

/// <summary>Every options type of the packages, its properties, and for each a value that is not the default.</summary>
internal static class OptionsTypes
{
    /// <summary>What no configuration can say.</summary>
    private static readonly Dictionary<Type, Func<object>> s_objects = new()
    {
        [typeof(TimeProvider)] = static () => new Microsoft.Extensions.Time.Testing.FakeTimeProvider(),
        [typeof(CancellationToken)] = static () => new CancellationTokenSource().Token,
        [typeof(ConnectionPolicy)] = static () => ConnectionPolicy.PublicInternet,
        [typeof(Resolver)] = static () => new Net.Async.Testing.ScriptedResolver(),
        [typeof(BlockList)] = static () => new BlockList(),
        [typeof(AddressPolicyTable)] = static () => AddressPolicyTable.ForSite(),
        [typeof(System.Buffers.MemoryPool<byte>)] = static () => System.Buffers.MemoryPool<byte>.Shared,
        [typeof(ServerObserver)] = static () => new Observer(),
        [typeof(IProgress<ConnectEvent>)] = static () => new Progress<ConnectEvent>(),
        [typeof(IProgress<ConnectionException>)] = static () => new Progress<ConnectionException>(),
        [typeof(IReadOnlyList<ConnectionUpgrade>)] = static () => new ConnectionUpgrade[] { new Upgrade() },
        [typeof(IReadOnlyList<System.Net.IPAddress>)] = static () => new[] { System.Net.IPAddress.Loopback },
        [typeof(IReadOnlyList<System.Net.IPNetwork>)] = static () => new[] { System.Net.IPNetwork.Parse("2001:db8::/96") },
        [typeof(IReadOnlyList<System.Net.IPEndPoint>)] = static () => new[] { System.Net.IPEndPoint.Parse("192.0.2.1:53") },
        [typeof(IReadOnlyList<ConnectionError>)] = static () => new[] { ConnectionError.ResourceShortage },
        [typeof(System.Security.Cryptography.X509Certificates.X509Certificate2)] = static () => Certificate(),
        [typeof(TlsCertificateSource)] = static () => TlsCertificateSource.FromFunction(static () => [Certificate()]),
        [typeof(System.Security.Cryptography.X509Certificates.X509ChainPolicy)] = static () => new System.Security.Cryptography.X509Certificates.X509ChainPolicy(),
        [typeof(IReadOnlyList<System.Net.Security.SslApplicationProtocol>)] = static () => new[] { System.Net.Security.SslApplicationProtocol.Http2 },
        [typeof(System.Net.Security.CipherSuitesPolicy)] = static () => OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : new System.Net.Security.CipherSuitesPolicy([System.Net.Security.TlsCipherSuite.TLS_AES_128_GCM_SHA256]),
        [typeof(MinDataRate)] = static () => new MinDataRate(7, TimeSpan.FromSeconds(3)),
    };

    /// <summary>Numbers and times that some option does not take: the first one that it takes, and that is not its default, is used.</summary>
    private static readonly object[] s_values =
    [
        true, false, TimeSpan.FromMilliseconds(700), TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(7), 3, 1000, 0, 77_777, 70_001L, 3L, 0.25, (byte)16,
        "/tmp/a-file", System.Net.Sockets.AddressFamily.InterNetwork, System.IO.UnixFileMode.UserRead, ServerFullMode.Wait, OutboxFullMode.DropOldest,
        ConnectionScheduling.ThreadPool, DeniedAnswerMode.Fail, BlockListFormat.Nft, ProxyProtocolVersions.V2, ProxyUntrustedMode.ServeWithoutHeader,
        TlsClientCertificateMode.Require, System.Security.Authentication.SslProtocols.Tls13, System.Security.Cryptography.X509Certificates.X509RevocationMode.Online,
    ];

    public static IEnumerable<Type> All =>
        from assembly in (Assembly[])[typeof(Connection).Assembly, typeof(DnsStubResolverOptions).Assembly, typeof(CircuitOptions).Assembly, typeof(HostedBlockListOptions).Assembly, typeof(Net.Async.Testing.MemoryNetwork).Assembly]
        from type in assembly.GetExportedTypes()
        where IsOptions(type)
        select type;

    public static bool IsOptions(Type type) => (type.Name.EndsWith("Options", StringComparison.Ordinal) || type.Name.EndsWith("Limits", StringComparison.Ordinal) || type == typeof(KeepAlive)) && type.GetConstructor([]) is not null;

    public static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    public static bool HasSetter(PropertyInfo property) =>
        property.SetMethod is { IsPublic: true } setter && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    /// <summary>A copy as <c>with</c> makes it.</summary>
    public static object Copy(object options) => options.GetType().GetMethod("<Clone>$")!.Invoke(options, null)!;

    /// <summary>Sets every property, down to the children, to something else than its default.</summary>
    public static object Changed(Type type)
    {
        var options = Activator.CreateInstance(type)!;
        foreach (var property in Properties(type))
            Change(options, property);
        return options;
    }

    /// <summary>A value as a configuration has it; null for what none can say.</summary>
    public static string? Text(object? value) => value switch
    {
        bool or int or long or double or byte or Enum or string => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString(),
        _ => null,
    };

    private static void Change(object options, PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (IsOptions(type))
            property.SetValue(options, Changed(type));
        else if (s_objects.TryGetValue(type, out var make))
            property.SetValue(options, make());
        else if (typeof(Delegate).IsAssignableFrom(type))
            property.SetValue(options, Delegates.Of(type));
        else if (type == typeof(IReadOnlyList<string>))
            property.SetValue(options, new[] { property.Name == nameof(BlockListLoadOptions.JsonPaths) ? "$.a[*]" : "/tmp" });
        else if (!s_values.Where(value => value.GetType() == type).Any(value => TrySet(options, property, value)))
            throw new InvalidOperationException($"No value for {property.DeclaringType!.Name}.{property.Name}.");
    }

    private static bool TrySet(object options, PropertyInfo property, object value)
    {
        if (Equals(property.GetValue(options), value))
            return false;
        try
        {
            property.SetValue(options, value);
            return true;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is ArgumentException)
        {
            return false;
        }
    }

    private static System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        return new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=options.test", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
    }

    private sealed class Observer : ServerObserver;

    private sealed class Upgrade : ConnectionUpgrade
    {
        public override ValueTask<TransportStream> UpgradeAsync(TransportStream stream, CancellationToken cancellationToken) => new(stream);
    }

    private static class Delegates
    {
        public static Delegate Of(Type type) => ((Delegate[])
        [
            (Func<TransportStream, TransportStream>)(static stream => stream),
            (Func<ConnectionLimitKind, ReadOnlyMemory<byte>>)(static _ => default),
            (Func<System.Net.EndPoint, TransportListener?>)(static _ => null),
            (Action<System.Net.Sockets.Socket, System.Net.EndPoint>)(static (_, _) => { }),
            (Action<DroppedConnection>)(static _ => { }),
            (Action<Connection, Exception>)(static (_, _) => { }),
            (Func<string, System.Security.Cryptography.X509Certificates.X509Certificate2?>)(static _ => null),
            (System.Net.Security.RemoteCertificateValidationCallback)(static (_, _, _, errors) => errors == System.Net.Security.SslPolicyErrors.None),
            (Action<Exception>)(static _ => { }),
            (Func<ConnectionException, bool>)(static _ => true),
            (Func<ConnectionException, Exception>)(static exception => exception),
        ]).Single(one => one.GetType() == type);
    }
}
