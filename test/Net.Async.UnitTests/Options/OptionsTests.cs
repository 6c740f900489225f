using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Net.Async.Tests.Options;

/// <summary>Options can be set, bound, configured and copied, and no object shares what can change with another.</summary>
public class OptionsTests
{
    public static TheoryData<Type> All => [.. OptionsTypes.All];

    [Theory, MemberData(nameof(All))]
    public void Type_EachOfThem_IsASealedRecordWithSetters(Type type)
    {
        Assert.True(type.IsSealed && type.GetMethod("<Clone>$") is not null, $"{type.Name} is no sealed record");
        Assert.All(OptionsTypes.Properties(type), static property => Assert.True(OptionsTypes.HasSetter(property), $"{property.Name} has no setter"));
        Assert.True(OptionsTypes.Properties(type).Length <= 12, $"{type.Name} has {OptionsTypes.Properties(type).Length} members: it is two types");
        Assert.Null(type.GetProperty("Default"));
    }

    [Theory, MemberData(nameof(All))]
    public void Copy_EveryPropertySet_HasEveryValueAndNoneOfTheChildren(Type type)
    {
        var options = OptionsTypes.Changed(type);

        var copy = OptionsTypes.Copy(options);

        Assert.NotEqual(Activator.CreateInstance(type), options);
        AssertSame(options, copy);
    }

    [Theory, MemberData(nameof(All))]
    public void Set_AChild_IsCopied(Type type)
    {
        var options = Activator.CreateInstance(type)!;
        foreach (var property in OptionsTypes.Properties(type).Where(static property => OptionsTypes.IsOptions(property.PropertyType)))
        {
            var child = OptionsTypes.Changed(property.PropertyType);
            property.SetValue(options, child);
            Assert.NotSame(child, property.GetValue(options));
            if (new NullabilityInfoContext().Create(property).WriteState != NullabilityState.Nullable)
                Assert.IsType<ArgumentNullException>(Assert.Throws<TargetInvocationException>(() => property.SetValue(options, null)).InnerException);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Bind_FromJson_SetsEveryValueThatTextCanSay(Type type)
    {
        var expected = OptionsTypes.Changed(type);
        var before = JsonSerializer.Serialize(Texts(Activator.CreateInstance(type)!));
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Texts(expected))));
        var configuration = new ConfigurationBuilder().AddJsonStream(json).Build();

        var bound = configuration.Get(type) ?? Activator.CreateInstance(type)!;

        AssertTexts(expected, bound);
        Assert.Equal(before, JsonSerializer.Serialize(Texts(Activator.CreateInstance(type)!)));
    }

    [Theory, MemberData(nameof(All))]
    public void Configure_EachType_SetsEveryProperty(Type type) =>
        GetType().GetMethod(nameof(Configure), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null);

    private static void Configure<T>()
        where T : class
    {
        var changed = OptionsTypes.Changed(typeof(T));
        using var provider = new ServiceCollection().Configure<T>(options => Array.ForEach(OptionsTypes.Properties(typeof(T)), property => property.SetValue(options, property.GetValue(changed)))).BuildServiceProvider();

        AssertSame(changed, provider.GetRequiredService<IOptions<T>>().Value);
    }

    [Fact]
    public void Configure_OfAHost_SetsOptionsAndTheirChildren()
    {
        var services = new ServiceCollection();
        services.Configure<ServerOptions>(static options =>
        {
            options.MaxConnections = 5;
            options.Connection.ReadTimeout = TimeSpan.FromSeconds(3);
            options.Listener.Backlog = 17;
        });
        services.Configure<HappyEyeballsOptions>(static options => options.Addresses.MaxAddresses = 3);
        using var provider = services.BuildServiceProvider();

        var server = provider.GetRequiredService<IOptions<ServerOptions>>().Value;
        Assert.Equal((5, TimeSpan.FromSeconds(3), 17), (server.MaxConnections, server.Connection.ReadTimeout, server.Listener.Backlog));
        Assert.Equal(3, provider.GetRequiredService<IOptions<HappyEyeballsOptions>>().Value.MaxConcurrentAttempts);
        Assert.Equal((null, null, 511), (new ServerOptions().MaxConnections, new ServerOptions().Connection.ReadTimeout, new ServerOptions().Listener.Backlog));
    }

    [Fact]
    public void Bind_AnObjectThatHasAnothersChild_LeavesTheOther()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Limits:MinSendRate:BytesPerSecond"] = "99",
            ["Limits:MinSendRate:GracePeriod"] = "00:00:03",
        }).Build();
        var rate = new MinDataRate(5, TimeSpan.FromSeconds(1));
        var limited = new ConnectionOptions { Limits = { MinSendRate = rate } };

        configuration.Bind(new ConnectionOptions { Limits = limited.Limits });
        configuration.Bind(limited with { });

        Assert.Equal((5, 5), (rate.BytesPerSecond, limited.Limits.MinSendRate!.BytesPerSecond));
    }

    [Fact]
    public void InfiniteTimeSpan_WhereNullIsNone_IsNull()
    {
        var options = new ConnectionOptions { ReadTimeout = Timeout.InfiniteTimeSpan, IdlePeriod = Timeout.InfiniteTimeSpan, Limits = { IdleTimeout = Timeout.InfiniteTimeSpan } };

        Assert.Equal((null, null, null), (options.ReadTimeout, options.IdlePeriod, options.Limits.IdleTimeout));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new CloseOptions { Timeout = Timeout.InfiniteTimeSpan });
    }

    private static void AssertSame(object options, object copy)
    {
        Assert.NotSame(options, copy);
        foreach (var property in OptionsTypes.Properties(options.GetType()))
        {
            var (value, copied) = (property.GetValue(options), property.GetValue(copy));
            if (value is not null && OptionsTypes.IsOptions(value.GetType()))
                AssertSame(value, copied!);
            else
                Assert.True(Equals(value, copied) || value is System.Collections.IEnumerable or System.Security.Cryptography.X509Certificates.X509ChainPolicy, $"{options.GetType().Name}.{property.Name} is not copied");
            if (value is System.Collections.IEnumerable and not string)
                Assert.Equal(value, copied);
        }
    }

    private static Dictionary<string, object> Texts(object options)
    {
        var texts = new Dictionary<string, object>();
        foreach (var property in OptionsTypes.Properties(options.GetType()))
        {
            var value = property.GetValue(options);
            if (value is not null && OptionsTypes.IsOptions(value.GetType()))
                texts[property.Name] = Texts(value);
            else if (OptionsTypes.Text(value) is { } text)
                texts[property.Name] = text;
        }

        return texts;
    }

    private static void AssertTexts(object expected, object bound)
    {
        foreach (var property in OptionsTypes.Properties(expected.GetType()))
        {
            var (value, other) = (property.GetValue(expected), property.GetValue(bound));
            if (value is not null && OptionsTypes.IsOptions(value.GetType()))
                AssertTexts(value, other!);
            else if (OptionsTypes.Text(value) is { } text)
                Assert.Equal(text, OptionsTypes.Text(other));
        }
    }
}
