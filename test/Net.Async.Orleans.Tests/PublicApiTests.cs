using Microsoft.AspNetCore.Connections;
using Microsoft.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Net.Async.Tests;

/// <summary>The public surface is text in the diff.</summary>
public class PublicApiTests
{
    private static readonly Type[] s_libraries =
    [
        typeof(ISiloBuilder), typeof(IClientBuilder), typeof(IGrain), typeof(ClusterOptions), typeof(ConnectionContext), typeof(IServiceCollection), typeof(ServiceCollection),
        typeof(IOptions<>), typeof(Microsoft.Extensions.Configuration.IConfiguration), typeof(Microsoft.AspNetCore.Http.Features.IFeatureCollection),
    ];

    [Fact]
    public Task Describe_NetAsyncOrleans_IsAsVerified()
    {
        var references = s_libraries.Select(static type => type.Assembly.Location).Distinct().Select(static file => (MetadataReference)MetadataReference.CreateFromFile(file));
        var files = SourceTree.Files("Net.Async.Orleans").Select(static file => (SourceTree.Relative(file), File.ReadAllText(file)));

        return Verifier.Verify(PublicApi.Describe(Sources.Compile("Net.Async.Orleans", files, [Sources.Core.ToMetadataReference(), .. references])));
    }
}
