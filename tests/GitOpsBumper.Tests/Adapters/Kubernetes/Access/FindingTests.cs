namespace GitOpsBumper.Tests.Adapters.Kubernetes.Access;

public sealed class FindingTests : IDisposable
{
    private readonly Places _places = new();

    public void Dispose() => _places.Dispose();

    [Fact]
    public void The_flag_comes_before_the_variable_the_pod_and_the_home_folder()
    {
        var flag = Config("flag");
        _places.Variables["KUBECONFIG"] = Config("variable");
        _places.BecomePod();
        Config("home/.kube/config");

        Assert.Equal("flag", Places.Find(_places.Question with { Kubeconfig = flag }).Name);
        Assert.Equal("variable", Places.Find(_places.Question).Name);
        _places.Variables["KUBECONFIG"] = "";
        Assert.Equal("in-cluster", Places.Find(_places.Question).Name);
        _places.Variables.Remove("KUBERNETES_SERVICE_PORT");
        Assert.Equal("home/.kube/config", Places.Find(_places.Question).Name);
    }

    [Fact]
    public void A_context_is_looked_for_in_a_kubeconfig_even_in_a_pod()
    {
        _places.BecomePod();
        Config("home/.kube/config");

        Assert.Equal("home/.kube/config", Places.Find(_places.Question with { Context = "home/.kube/config" }).Name);
        File.Delete(_places.In("home/.kube/config"));
        Assert.Equal(
            ["no cluster is known: --kubeconfig is not given, KUBECONFIG is not set, this is not a pod with a service account (a context is asked for, which only a kubeconfig has), and there is no file '/home/.kube/config'"],
            _places.Problems(_places.Question with { Context = "home/.kube/config" }));
    }

    [Fact]
    public void Where_nothing_is_found_all_places_are_named()
    {
        Assert.Equal(
            ["no cluster is known: --kubeconfig is not given, KUBECONFIG is not set, this is not a pod with a service account (KUBERNETES_SERVICE_HOST is not set), and there is no file '/home/.kube/config'"],
            _places.Problems(_places.Question));

        _places.Variables.Clear();
        _places.Variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        _places.Variables["KUBERNETES_SERVICE_PORT"] = "443";
        Assert.Equal(
            ["no cluster is known: --kubeconfig is not given, KUBECONFIG is not set, this is not a pod with a service account (the folder '/serviceaccount' of a service account is not there), and HOME is not set, so that there is no ~/.kube/config"],
            _places.Problems(_places.Question));
    }

    [Fact]
    public void What_is_named_and_missing_is_not_replaced_by_another_cluster()
    {
        _places.BecomePod();
        Config("home/.kube/config");

        Assert.Equal(["a kubeconfig cannot be read: there is no file '/gone'"], _places.Problems(_places.Question with { Kubeconfig = _places.In("gone") }));
        Assert.Equal(["--kubeconfig is empty, it has to be the path of a kubeconfig"], _places.Problems(_places.Question with { Kubeconfig = "" }));
        _places.Variables["KUBECONFIG"] = _places.In("gone");
        Assert.Equal(["KUBECONFIG names '/gone', but there is no such file"], _places.Problems(_places.Question));
        _places.Variables["KUBECONFIG"] = $"{_places.In("gone")}::{_places.In("lost")}";
        Assert.Equal(["KUBECONFIG names '/gone', '/lost', but none of these files is there"], _places.Problems(_places.Question));
    }

    [Fact]
    public async Task A_pod_speaks_as_its_service_account()
    {
        _places.BecomePod();
        var access = Places.Find(_places.Question);

        Assert.Equal(new Uri("https://10.0.0.1"), access.Server);
        Assert.Equal("CN=pod", Assert.Single(access.Authorities).Subject);
        Assert.Equal("bumper", access.Namespace);
        Assert.Equal("pod-token", await Places.TokenAsync(access));
        Assert.Equal("other", Places.Find(_places.Question with { Namespace = "other" }).Namespace);
    }

    [Theory]
    [InlineData("fd00::1", "6443", "https://[fd00::1]:6443/")]
    [InlineData("kubernetes.default.svc", "443", "https://kubernetes.default.svc/")]
    public void The_server_of_a_pod_is_what_the_environment_says(string host, string port, string expected)
    {
        _places.BecomePod();
        _places.Variables["KUBERNETES_SERVICE_HOST"] = host;
        _places.Variables["KUBERNETES_SERVICE_PORT"] = port;

        Assert.Equal(expected, Places.Find(_places.Question).Server.AbsoluteUri);
    }

    [Fact]
    public void All_that_is_wrong_with_a_pod_is_told_at_once()
    {
        _places.BecomePod(token: " ");
        _places.Variables["KUBERNETES_SERVICE_HOST"] = "a b/c";
        _places.Variables["KUBERNETES_SERVICE_PORT"] = "0x1bb";
        _places.Write("serviceaccount/ca.crt", "nothing");

        Assert.Equal(
            [
                "KUBERNETES_SERVICE_PORT is '0x1bb', allowed are 1 to 65535",
                "KUBERNETES_SERVICE_HOST is 'a b/c', it has to be a host name or an IP address",
                "in-cluster, token: the file '/serviceaccount/token': the token is empty",
                "in-cluster, ca.crt: '/serviceaccount/ca.crt' holds no certificate in PEM",
            ],
            _places.Problems(_places.Question));
    }

    [Fact]
    public void A_namespace_never_leaves_its_place_in_a_path()
    {
        var question = _places.Kubeconfig();
        Assert.Equal("default", Places.Find(question).Namespace);
        Assert.Equal(["--namespace is '../secrets', allowed are up to 63 of a-z, 0-9 and '-'"], _places.Problems(question with { Namespace = "../secrets" }));

        _places.BecomePod();
        _places.Write("serviceaccount/namespace", "a/b");
        Assert.Equal(["the namespace of 'in-cluster' is 'a/b', allowed are up to 63 of a-z, 0-9 and '-'"], _places.Problems(_places.Question));
    }

    /// <summary>A kubeconfig whose context bears its name.</summary>
    private string Config(string name) => _places.Write(name, $$"""
        current-context: {{name}}
        clusters: [ { name: c, cluster: { server: "https://api.example.com" } } ]
        users: [ { name: u, user: { token: t } } ]
        contexts: [ { name: {{name}}, context: { cluster: c, user: u } } ]
        """);
}
