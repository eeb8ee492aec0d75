using GitOpsBumper.Adapters.Kubernetes;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Access;

public sealed class FileTokenTests : IDisposable
{
    private readonly Places _places = new();

    public void Dispose() => _places.Dispose();

    [Fact]
    public async Task A_token_file_is_read_again_after_a_minute()
    {
        var access = Access();
        _places.Write("token", "second");
        _places.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("first", await Places.TokenAsync(access));
        _places.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("second", await Places.TokenAsync(access));
    }

    [Fact]
    public async Task A_refused_token_is_read_again_at_once()
    {
        var access = Access();
        _places.Write("token", "second\n");

        Assert.Equal("second", await Places.TokenAsync(access, renew: true));
        Assert.Equal("second", await Places.TokenAsync(access));
    }

    [Fact]
    public async Task A_file_that_is_gone_for_a_moment_does_not_spoil_the_token_in_hand()
    {
        var access = Access();
        File.Delete(_places.In("token"));
        _places.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("first", await Places.TokenAsync(access));

        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Places.TokenAsync(access, renew: true));
        Assert.True(failure.IsTransient);
        Assert.Equal($"the token for the API server cannot be had: there is no file '{_places.In("token")}'", failure.Message);

        _places.Write("token", "second");
        Assert.Equal("second", await Places.TokenAsync(access));
    }

    [Fact]
    public async Task The_file_counts_where_a_token_stands_beside_it()
    {
        _places.Write("token", "from-file");
        Assert.Equal("from-file", await Places.TokenAsync(Places.Find(_places.Kubeconfig(user: "token: in-place, tokenFile: token"))));
    }

    private KubernetesAccess Access()
    {
        _places.Write("token", "first");
        return Places.Find(_places.Kubeconfig(user: "tokenFile: token"));
    }
}
