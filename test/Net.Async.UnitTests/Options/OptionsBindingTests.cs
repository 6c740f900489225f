using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Net.Async.Tests.Options;

/// <summary>What a configuration is bound to belongs to one object: no other one, and no default, changes with it.</summary>
public class OptionsBindingTests
{
    private static readonly IConfiguration s_configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Connection:ReadTimeout"] = "00:00:07",
        ["Connection:NoDelay"] = "false",
        ["Connection:KeepAlive:Count"] = "5",
        ["Connection:Limits:IdleTimeout"] = "00:00:09",
        ["Connection:Limits:MinSendRate:BytesPerSecond"] = "99",
        ["Connection:Limits:MinSendRate:GracePeriod"] = "00:00:03",
        ["Limits:MinSendRate:BytesPerSecond"] = "99",
        ["Limits:MinSendRate:GracePeriod"] = "00:00:03",
        ["MinSendRate:BytesPerSecond"] = "99",
        ["MinSendRate:GracePeriod"] = "00:00:03",
        ["ReadTimeout"] = "00:00:07",
        ["KeepAlive:Count"] = "5",
        ["Circuit:MinAttempts"] = "77",
        ["MinAttempts"] = "77",
        ["MaxAttempts"] = "7",
        ["MaxConcurrentAttempts"] = "3",
        ["Backlog"] = "17",
        ["MaxBytes"] = "4711",
    }).Build();

    [Fact]
    public void Bind_NewObjects_ChangesNoOther()
    {
        var (happy, server, resilient, connection, circuit) = (new HappyEyeballsOptions(), new ServerOptions(), new ResilientConnectorOptions(), new ConnectionOptions(), new CircuitOptions());
        foreach (var options in (object[])[happy, server, resilient, connection, circuit, new ListenRetryOptions(), new BoundSocketOptions(), new BlockListLoadOptions(), new RulePolicyOptions()])
            s_configuration.Bind(options);

        Assert.Equal(TimeSpan.FromSeconds(7), happy.Connection.ReadTimeout);
        Assert.Equal((5, 3), (happy.Connection.KeepAlive?.Count, happy.MaxConcurrentAttempts));
        Assert.Equal(TimeSpan.FromSeconds(7), server.Connection.ReadTimeout);
        Assert.Equal((TimeSpan.FromSeconds(9), new MinDataRate(99, TimeSpan.FromSeconds(3))), (server.Connection.Limits.IdleTimeout, server.Connection.Limits.MinSendRate));
        Assert.Equal(TimeSpan.FromSeconds(7), connection.ReadTimeout);
        Assert.Equal((77, 77, 7), (resilient.Circuit!.MinAttempts, circuit.MinAttempts, resilient.MaxAttempts));
        AssertDefaultsAreUntouched();
    }

    [Fact]
    public void Bind_TheDefaults_ChangesNoOther()
    {
        foreach (var type in OptionsTypes().Where(static type => type.GetProperty("Default") is not null && type.Assembly != typeof(DnsResolverOptions).Assembly))
            s_configuration.Bind(type.GetProperty("Default")!.GetValue(null));
        AssertDefaultsAreUntouched();
    }

    [Fact]
    public void Bind_AnObjectThatHasAnothersChild_LeavesTheOther()
    {
        var keepAlive = new KeepAlive { Count = 2 };
        var connection = new ConnectionOptions { KeepAlive = keepAlive };
        var rate = new MinDataRate(5, TimeSpan.FromSeconds(1));
        var limited = new ConnectionOptions { Limits = new() { MinSendRate = rate } };
        var circuit = new CircuitOptions();
        s_configuration.Bind(new HappyEyeballsOptions { Connection = limited });
        s_configuration.Bind(new ConnectionOptions { Limits = limited.Limits });
        s_configuration.Bind(new ConnectionLimits { MinSendRate = rate });
        s_configuration.Bind(new HappyEyeballsOptions { Connection = connection });
        s_configuration.Bind(new ServerOptions { Connection = connection });
        s_configuration.Bind(new ResilientConnectorOptions { Circuit = circuit });
        Assert.Null(connection.ReadTimeout);
        Assert.Equal((5, 5), (rate.BytesPerSecond, limited.Limits.MinSendRate!.BytesPerSecond));
        Assert.Equal((2, 2, 10), (keepAlive.Count, connection.KeepAlive!.Count, circuit.MinAttempts));
        s_configuration.Bind(connection);
        Assert.Equal(2, keepAlive.Count);
    }

    public static TheoryData<Type> All => [.. OptionsTypes()];

    [Theory, MemberData(nameof(All))]
    public void New_TwoOfAType_ShareNothingThatCanChange(Type type)
    {
        var (one, other) = (Activator.CreateInstance(type)!, Activator.CreateInstance(type)!);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.GetIndexParameters().Length == 0))
        {
            var value = property.GetValue(one);
            if (value is not null && !property.PropertyType.IsValueType && ReferenceEquals(value, property.GetValue(other)))
                Assert.False(CanChange(value.GetType()), $"{type.Name}.{property.Name} is one {value.GetType().Name} for all");
        }
    }

    // A binder sets what has a setter, init included, and fills collections that are not read-only.
    private static bool CanChange(Type type) => !type.IsArray && type != typeof(string) && !typeof(Delegate).IsAssignableFrom(type)
        && (type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Any(static property => property.SetMethod is not null)
            || type.GetInterfaces().Any(static face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(ICollection<>)));

    private static IEnumerable<Type> OptionsTypes() =>
        from assembly in (Assembly[])[typeof(Connection).Assembly, typeof(DnsResolverOptions).Assembly, typeof(CircuitOptions).Assembly, typeof(Net.Async.Testing.MemoryNetwork).Assembly]
        from type in assembly.GetExportedTypes()
        where (type.Name.EndsWith("Options", StringComparison.Ordinal) || type == typeof(KeepAlive) || type == typeof(ConnectionLimits)) && type.GetConstructor([]) is not null
        select type;

    private static void AssertDefaultsAreUntouched()
    {
        Assert.Equal(new ConnectionOptions(), ConnectionOptions.Default);
        foreach (var connection in (ConnectionOptions[])[ConnectionOptions.Default, new(), HappyEyeballsOptions.Default.Connection, new HappyEyeballsOptions().Connection, ServerOptions.Default.Connection, new ServerOptions().Connection])
            Assert.Equal((null, true, null), (connection.ReadTimeout, connection.NoDelay, connection.KeepAlive));
        foreach (var circuit in (CircuitOptions[])[CircuitOptions.Default, ResilientConnectorOptions.Default.Circuit!, new ResilientConnectorOptions().Circuit!])
            Assert.Equal(10, circuit.MinAttempts);
        Assert.Equal((4, 30, 64, 511), (ResilientConnectorOptions.Default.MaxAttempts, ListenRetryOptions.Default.MaxAttempts, HappyEyeballsOptions.Default.MaxConcurrentAttempts, ServerOptions.Default.Backlog));
        Assert.Equal(256 << 20, BlockListLoadOptions.Default.MaxBytes);
    }
}
