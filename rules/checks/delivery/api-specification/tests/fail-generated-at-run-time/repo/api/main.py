app = FastAPI(title="Bins", docs_url="/docs")
