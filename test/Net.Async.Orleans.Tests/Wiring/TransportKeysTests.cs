using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Net.Async.Tests;

/// <summary>The scan finds what the version of Orleans in use registers, and says so when there is nothing.</summary>
public class TransportKeysTests
{
    [Fact]
    public void Find_ServicesOfASilo_OneConnectorAndTwoListeners()
    {
        var keys = TransportKeys.Find(Silo().Services, "silo", listeners: 2);

        Assert.Single(keys.Connectors);
        Assert.Equal(2, keys.Listeners.Distinct().Count());
    }

    [Fact]
    public void Find_ServicesOfAClient_OneConnectorAndNoListener()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(static _ => { });

        var keys = TransportKeys.Find(builder.Services, "client", listeners: 0);

        Assert.Single(keys.Connectors);
        Assert.Empty(keys.Listeners);
    }

    [Fact]
    public void Find_KeysOfTheUsersOwn_AreLeftAlone()
    {
        var silo = Silo();
        silo.Services.AddKeyedSingleton<IConnectionFactory>("mine", new NoConnector());
        silo.Services.AddKeyedSingleton<IConnectionFactory>(typeof(string), new NoConnector());
        silo.Services.AddSingleton<IConnectionFactory>(new NoConnector());

        Assert.Single(TransportKeys.Find(silo.Services, "silo", listeners: 2).Connectors);
    }

    [Fact]
    public Task Find_AnotherNumberOfKeys_SaysWhatWasExpected()
    {
        var two = new ServiceCollection();
        two.AddKeyedSingleton<IConnectionFactory>(new object(), new NoConnector());
        two.AddKeyedSingleton<IConnectionFactory>(new object(), new NoConnector());

        return Verifier.Verify($"{Message(new ServiceCollection(), "silo", 2)}\n\n{Message(two, "client", 0)}");
    }

    private static string Message(ServiceCollection services, string host, int listeners) =>
        Assert.Throws<OrleansConfigurationException>(() => TransportKeys.Find(services, host, listeners)).Message;

    private static HostApplicationBuilder Silo()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(static _ => { });
        return builder;
    }
}
