using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Watching;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

public sealed class ObjectQueryTests
{
    [Fact]
    public void Selectors_and_tokens_stand_escaped_in_the_path()
    {
        var query = new ObjectQuery(ObjectKinds.Application.Path("team a"), "app in (a,b),x!=y&z", "metadata.name=web");
        const string Selectors = "labelSelector=app%20in%20%28a%2Cb%29%2Cx%21%3Dy%26z&fieldSelector=metadata.name%3Dweb";
        Assert.Equal($"/apis/argoproj.io/v1alpha1/namespaces/team%20a/applications?limit=500&continue=a%2Bb%3D&{Selectors}", query.List(limit: 500, "a+b="));
        Assert.Equal($"/apis/argoproj.io/v1alpha1/namespaces/team%20a/applications?{Selectors}", query.List(limit: null, null));
        Assert.Equal(
            $"/apis/argoproj.io/v1alpha1/namespaces/team%20a/applications?watch=true&allowWatchBookmarks=true&resourceVersion=12&timeoutSeconds=250&{Selectors}", query.Watch("12", 250));
    }

    [Fact]
    public void A_list_of_everything_in_the_cluster_needs_no_query() =>
        Assert.Equal("/api/v1/secrets", new ObjectQuery(ObjectKinds.Secret.Path((string?)null), null, null).List(limit: null, null));
}
