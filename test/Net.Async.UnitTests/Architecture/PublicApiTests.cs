namespace Net.Async.Tests;

/// <summary>The public surface is text in the diff: growing it is a decision, not an accident.</summary>
public class PublicApiTests
{
    [Fact]
    public Task Describe_NetAsync_IsAsVerified() => Verifier.Verify(PublicApi.Describe(Sources.Core));

    [Fact]
    public Task Describe_NetAsyncAspNetCore_IsAsVerified() => Verifier.Verify(PublicApi.Describe(Sources.AspNetCore));

    [Fact]
    public Task Describe_NetAsyncDns_IsAsVerified() => Verifier.Verify(PublicApi.Describe(Sources.Dns));

    [Fact]
    public Task Describe_NetAsyncHosting_IsAsVerified() => Verifier.Verify(PublicApi.Describe(Sources.Hosting));

    [Fact]
    public Task Describe_NetAsyncResilience_IsAsVerified() => Verifier.Verify(PublicApi.Describe(Sources.Resilience));

    [Fact]
    public Task Describe_NetAsyncTesting_IsAsVerified() => Verifier.Verify(PublicApi.Describe(Sources.Testing));

    [Fact]
    public async Task Describe_MadeUpSource_ShowsWhatUsersSeeAndNothingElse()
    {
        var compilation = Sources.Compile("MadeUp", [("MadeUp.cs", """
            namespace Some;
            public sealed record Point(int X, string? Text = null) { internal int Hidden { get; } public int Open { get; private set; } }
            public abstract class Shape : System.IDisposable
            {
                private protected Shape(int own) { }
                protected Shape() { }
                public abstract void Dispose();
                protected virtual int Area<T>(in T by, params int[] more) where T : struct => 0;
                public const string Name = "shape";
                public string Label { get; protected set; } = "";
                public event System.Action? Changed { add { } remove { } }
            }
            public static class Shapes { extension(Shape shape) { public static Shape Make(int size = 3) => null!; public int Size => 0; } }
            [System.Flags] public enum Side { Left = 1, Right = 2 }
            internal class Inner;
            public readonly struct Small { public static bool operator ==(Small a, Small b) => true; public static bool operator !=(Small a, Small b) => false; }
            """)]);

        await Verifier.Verify(PublicApi.Describe(compilation));
    }
}
